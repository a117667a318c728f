// Asks `report` as its users do, and holds the page to what every page must be.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../../src/jobs/report/report.js';
import type { Status } from '../../../src/jobs/status/status-text.js';
import { BARE } from '../cli/asking.js';
import type { World } from '../cli/harness.js';

/** Of a job in files. */
export type JobReport = Report & { readonly status: Status };

/** For the environment: a clock that is a quarter of an hour ahead. */
export const LATER = {
  NODE_OPTIONS: '--import=data:text/javascript,const{now}=Date;Date.now=()=>now()+15*60_000',
};

/** `report --json`: nothing else may be said. */
export async function reportOf(
  { run }: World,
  args: readonly string[],
  { code = 0, env }: { code?: number; env?: Record<string, string> } = {},
): Promise<JobReport> {
  const result = (await run(['report', ...args, '--json'], { env: { ...BARE, ...env } })).expectExit(code);
  assert.equal(result.stderr, '');
  assert.equal(result.lines.length, 1);
  return result.lines[0] as unknown as JobReport;
}

/** `report -o`: the page, which is checked. */
export async function pageOf(world: World, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const path = join(world.folder, 'page.html');
  const result = (await world.run(['report', ...args, '-o', path], { env: { ...BARE, ...env } })).expectExit(0);
  assert.equal(result.stderr, '');
  assert.ok(result.stdout.includes(path), result.stdout);
  const page = readFileSync(path, 'utf8');
  checkPage(page);
  return page;
}

const VOID = new Set(['meta', 'line', 'polyline', 'br']);
const ATTRIBUTES = /^(\s+[a-zA-Z][\w:-]*="[^"<>]*")*\s*\/?$/;

/** Each element is closed in its order, nothing runs, and nothing leads out of the page. */
export function checkPage(page: string): void {
  assert.match(page, /^<!DOCTYPE html>\n<html lang="(en|zh-CN)">/);
  // Of the style only that it ends where it should.
  const bare = page.replace(/<style>[^<]*<\/style>/, '').replace('<!DOCTYPE html>', '');
  const open: string[] = [];
  for (const [, end, name, rest] of bare.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>/g)) {
    assert.match(
      name!,
      /^(html|head|body|main|meta|title|header|section|h1|h2|h3|p|span|bdi|div|table|thead|tbody|tr|th|td|dl|dt|dd|ul|li|pre|code|figure|figcaption|svg|line|polyline|br)$/,
    );
    if (end === '/') {
      assert.equal(open.pop(), name, `</${name}>`);
      continue;
    }
    assert.match(rest!, ATTRIBUTES, `<${name}${rest}>`);
    const names = rest!.replace(/"[^"]*"/g, '""');
    assert.doesNotMatch(names, /\s(src|href|srcset|action|on\w+|xlink:href)=/i, `<${name}${rest}>`);
    if (!VOID.has(name!)) open.push(name!);
  }
  assert.deepEqual(open, [], 'each element is closed');
  assert.equal(bare.replace(/<\/?[a-zA-Z][^<>]*>/g, '').search(/[<>]/), -1, 'no other < or >');
  assert.doesNotMatch(page.match(/<style>([^<]*)<\/style>/)![1]!, /url\(|@import|expression/i);
  assert.doesNotMatch(page, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none';/);
}

/** What a reader sees, without the marks. */
export function textOfPage(page: string): string {
  const bare = page.replace(/<style>[^<]*<\/style>/, '').replace(/<[^>]*>/g, ' ');
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return bare.replace(/&(lt|gt|quot|#39|amp);/g, (_all, name: string) => entities[name]!).replace(/\s+/g, ' ');
}
