// Several machines on one: each a process with a folder of its own, and a real queue between them.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { keyOf } from '../../../src/model/names/names.js';
import { type NatsServer, type NatsServerOptions, startNatsServer } from '../servers/nats-server.js';
import { deferred } from '../waiting.js';
import { openWorld, type Running, type RunOptions, until, type World, type WorldOptions } from './harness.js';
import type { CliResult } from './result.js';
import { readTree } from './tree.js';

export interface SharedWorld extends World {
  readonly nats: NatsServer;
  /** Where the machine of that number stores. */
  folderOf(machine: number): string;
  /** `mirror upyun://pics --to … --queue … --json` on that machine. */
  startMachine(machine: number, args?: readonly string[], options?: RunOptions): Running;
  /** Any command, with `--queue`. */
  queued(args: readonly string[], options?: RunOptions): Promise<CliResult>;
}

export async function openSharedWorld(
  t: TestContext,
  { nats: natsOptions, ...options }: WorldOptions & { nats?: NatsServerOptions } = {},
): Promise<SharedWorld> {
  const nats = await startNatsServer(t, natsOptions);
  const world = await openWorld(t, options);
  const folderOf = (machine: number) => join(world.folder, `m${machine}`);
  return {
    ...world,
    nats,
    folderOf,
    startMachine: (machine, args = [], more) =>
      world.start(['mirror', 'upyun://pics', '--to', folderOf(machine), '--queue', nats.url, '--json', ...args], more),
    queued: (args, more) => world.run([...args, '--queue', nats.url], more),
  };
}

/**
 * Starts machines of which each gets some of the work, whenever it comes: nothing is served before all of them have a part. A
 * machine takes some five hundred objects ahead, so that the bucket has to have more for each of the others.
 */
export async function startTogether(
  { server, startMachine, queued }: SharedWorld,
  machines: readonly number[],
  args: readonly string[] = [],
): Promise<Running[]> {
  const gate = deferred();
  const fault = server.faults.add({ match: { kind: 'get' }, action: { waitFor: gate.promise } });
  const running = machines.map((machine) => startMachine(machine, args));
  await until('work for each machine', async () => {
    const { lines } = await queued(['status', '--json']);
    const workers = (lines[0]?.workers ?? []) as { openParts: number }[];
    return workers.filter(({ openParts }) => openParts > 0).length === machines.length;
  });
  server.faults.remove(fault);
  gate.resolve();
  return running;
}

/** Key → the folders that have a file of it, with its bytes. */
export async function copiesIn(folders: readonly string[]): Promise<Map<string, { folder: string; bytes: Buffer }[]>> {
  const found = new Map<string, { folder: string; bytes: Buffer }[]>();
  for (const folder of folders) {
    for (const [path, bytes] of await readTree(folder)) {
      const key = keyOf(path)!;
      found.set(key, [...(found.get(key) ?? []), { folder, bytes }]);
    }
  }
  return found;
}

/** Every object once, whole, in one of the folders; nothing else. */
export async function assertSpread(folders: readonly string[], objects: Record<string, Buffer>): Promise<void> {
  const found = await copiesIn(folders);
  const missing = Object.keys(objects).filter((key) => !found.has(key));
  const doubled = [...found].filter(([, copies]) => copies.length > 1).map(([key]) => key);
  const foreign = [...found.keys()].filter((key) => objects[key] === undefined);
  assert.deepEqual({ missing, doubled, foreign }, { missing: [], doubled: [], foreign: [] });
  for (const [key, [copy]] of found) assert.ok(copy!.bytes.equals(objects[key]!), `other bytes: ${key}`);
}

/** What the last line of a run says of the whole job. */
export function jobOf({ summary }: CliResult): Record<string, unknown> {
  return (summary as unknown as { job: Record<string, unknown> }).job;
}
