// Runs the built command as its users do: a child process, real files in a folder of its own, and a real server on a
// port of its own. What must hold for every run (balanced stats, no secrets, no needless HEAD, JSON that parses) is checked here.

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type MemoryBucket, type MemoryContent, memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { startUpyunServer, type UpyunServer, type UpyunServerOptions } from '../../fakes/upyun/upyun-server.js';
import { CliResult } from './result.js';
import { OPERATOR, PASSWORD } from './secrets.js';

const CLI = fileURLToPath(new URL('../../../bin/sluice/main.js', import.meta.url));
/** A run that takes this long hangs, however busy the machine is. */
export const SAFETY_MS = 180_000;

export interface WorldOptions extends Partial<UpyunServerOptions> {
  /** Content of the bucket `pics`. */
  readonly objects?: Record<string, MemoryContent>;
  /** Folders of it that would not come from the keys. */
  readonly folders?: readonly string[];
}

export interface RunOptions {
  /** What is piped into stdin. @default nothing: stdin is at its end */
  readonly input?: string | Buffer | Readable;
  /** Leaves stdin open for the test to write to. */
  readonly isInputOpen?: boolean;
  /** On top of the usual environment; `undefined` takes a variable away. */
  readonly env?: Record<string, string | undefined>;
  readonly cwd?: string;
  /** Where the command lies. @default what is built */
  readonly cli?: string;
  /** How the command is started: in a network namespace, say. Without arguments it is all there is. */
  readonly prefix?: readonly string[];
  /** Ended by force when it takes longer. @default {@link SAFETY_MS} */
  readonly timeoutMs?: number;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly result: Promise<CliResult>;
  /** What came out so far. */
  stdout(): string;
  stderr(): string;
}

export interface World {
  readonly server: UpyunServer;
  /** The bucket `pics`, to be changed at will. */
  readonly bucket: MemoryBucket;
  /** Temporary; the working directory of every run. */
  readonly folder: string;
  /** Where the commands below store to; does not exist yet. */
  readonly to: string;
  /** What the command is started with. */
  readonly env: Record<string, string | undefined>;
  start(args: readonly string[], options?: RunOptions): Running;
  run(args: readonly string[], options?: RunOptions): Promise<CliResult>;
  /** A shell script in which "$NODE" "$SLUICE" is the command. */
  shell(script: string): Promise<CliResult>;
  /** `mirror upyun://pics --to … --json`, and the given arguments. */
  mirror(...args: string[]): Promise<CliResult>;
  /** `fetch --from upyun://pics --to … --json`, and the given arguments. */
  fetch(input: RunOptions['input'], ...args: string[]): Promise<CliResult>;
  /** `list upyun://pics`, and the given arguments. */
  list(...args: string[]): Promise<CliResult>;
}

/** A server with one bucket and a temporary folder; all of it, and every process still running, is gone after the test. */
export async function openWorld(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const { objects, folders, ...rest } = options;
  const bucket = memoryBucket(objects, folders ? { folders } : {});
  const server = await startUpyunServer({ buckets: { pics: bucket }, operator: OPERATOR, password: PASSWORD, ...rest });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  const children = new Set<ChildProcessWithoutNullStreams>();
  t.after(async () => {
    await Promise.all([...children].map(kill));
    await server.close();
    // A process in a terminal may still write.
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  function launch(command: string, args: readonly string[], options: RunOptions): Running {
    const env = { ...environment(server.endpoint), ...options.env };
    const child = spawn(command, args, { cwd: options.cwd ?? folder, env });
    children.add(child);
    feed(child, options);
    const heads = server.counters.head;
    const begunAt = server.counters.total;
    const collected = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on('data', (chunk: Buffer) => collected.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => collected.stderr.push(chunk));
    const stdout = () => Buffer.concat(collected.stdout).toString();
    const stderr = () => Buffer.concat(collected.stderr).toString();
    const result = ended(child, args, { stderr, timeoutMs: options.timeoutMs ?? SAFETY_MS }).then(([code, signal]) => {
      children.delete(child);
      const result = new CliResult({ args, code, signal, stdout: stdout(), stderr: stderr() });
      result.check();
      if (!args.includes('verify') && server.counters.head !== heads) checkHeads(server, begunAt);
      return result;
    });
    // Some tests look at the child only; their failure must not be an unhandled one.
    result.catch(() => {});
    return { child, result, stdout, stderr };
  }

  const to = join(folder, 'out');
  const start = (args: readonly string[], options: RunOptions = {}) => {
    const program = args.length === 0 && options.prefix ? [] : [process.execPath, options.cli ?? CLI, ...args];
    const [command, ...rest] = [...(options.prefix ?? []), ...program];
    return launch(command!, rest, options);
  };
  const run = (args: readonly string[], options?: RunOptions) => start(args, options).result;
  return {
    server,
    bucket,
    folder,
    to,
    env: environment(server.endpoint),
    start,
    run,
    shell: (script) => launch('sh', ['-c', script], {}).result,
    mirror: (...args) => run(['mirror', 'upyun://pics', '--to', to, '--json', ...args]),
    fetch: (input, ...args) => run(['fetch', '--from', 'upyun://pics', '--to', to, '--json', ...args], { input }),
    list: (...args) => run(['list', 'upyun://pics', ...args]),
  };
}

/** Only verify sends HEAD requests on its own account; others ask so about what was answered with 404, or where it lay. */
function checkHeads({ log }: UpyunServer, after: number): void {
  const missing = log.filter(({ at, status, kind }) => at > after && status === 404 && kind !== 'head');
  for (const { at, kind, key, view } of log) {
    if (kind !== 'head' || at <= after) continue;
    const isAboutMissing = missing.some((other) => other.at < at && other.key.startsWith(key));
    assert.ok(view === 'rest' && isAboutMissing, `a HEAD request for ${key} that nothing asks for`);
  }
}

/**
 * Polls for a state of the other side. Fails when it does not come within the safety time. What takes long to ask (a whole
 * command, say) is asked less often: the other side needs the processor, too.
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SAFETY_MS;
  for (;;) {
    const askedAt = Date.now();
    if (await condition()) return;
    const now = Date.now();
    assert.ok(now < deadline, `never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(5, now - askedAt)));
  }
}

/** Nothing of the developer's own settings reaches the command. */
function environment(endpoint: string): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    NODE: process.execPath,
    SLUICE: CLI,
    SLUICE_ENDPOINT: endpoint,
    UPYUN_OPERATOR: OPERATOR,
    UPYUN_PASSWORD: PASSWORD,
  };
}

function feed(child: ChildProcessWithoutNullStreams, { input, isInputOpen }: RunOptions): void {
  // A command that stops reading early is allowed to.
  child.stdin.on('error', () => {});
  if (isInputOpen) return;
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) child.stdin.end(input);
  else input.pipe(child.stdin);
}

async function ended(
  child: ChildProcessWithoutNullStreams,
  args: readonly string[],
  { stderr, timeoutMs }: { stderr: () => string; timeoutMs: number },
): Promise<[number | null, NodeJS.Signals | null]> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  assert.ok(!isLate, `still running after ${timeoutMs} ms: ${args.slice(1).join(' ')}\nstderr: ${stderr()}`);
  return [code, signal];
}

async function kill(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
