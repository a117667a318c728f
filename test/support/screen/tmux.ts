// A terminal of any size with a shell in it, by tmux: keys go in, the screen and all bytes come out.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until, type World } from '../cli/harness.js';

export interface Terminal {
  /** Types a command line, or whatever else, and Enter. */
  type(line: string): void;
  /** Presses keys by their tmux names: `C-c`, `C-z`. */
  press(...keys: string[]): void;
  resize(columns: number, rows?: number): void;
  /** The rows with text, from the top. */
  screen(): string[];
  /** Waits until the screen is so, and returns it. */
  until(what: string, condition: (text: string) => boolean): Promise<string[]>;
  /** All bytes that the terminal has got. */
  bytes(): string;
}

/** For `test(name, { skip: skipWithoutTmux() }, …)`. */
export function skipWithoutTmux(): string | false {
  if (spawnSync('tmux', ['-V']).status === 0) return false;
  const missing = 'no tmux: apt-get install tmux';
  assert.notEqual(process.env.REQUIRE_TERMINALS, '1', missing);
  return missing;
}

/** A shell in a terminal, in the folder and with the environment of the world. It is gone after the test. `raw`: the file of its bytes. */
export function openTerminal(
  t: TestContext,
  { folder, env }: Pick<World, 'folder' | 'env'>,
  {
    columns = 80,
    rows = 24,
    more = {},
    raw: name = 'terminal-bytes',
  }: { columns?: number; rows?: number; more?: Record<string, string>; raw?: string } = {},
): Terminal {
  const socket = `sluice-${process.pid}-${randomUUID()}`;
  const raw = join(folder, name);
  const given = { ...env, LC_ALL: 'C.UTF-8', PS1: 'ready$ ', HISTFILE: '', ...more };
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-u', '-L', socket, ...args], {
      encoding: 'utf8',
      env: given as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-c',
    folder,
    ...size,
    "exec env PS1='ready$ ' bash --norc --noprofile -i",
  );
  t.after(() => tmux('kill-server'));
  tmux('set', '-g', 'status', 'off');
  tmux('set', '-g', 'window-size', 'manual');
  tmux('pipe-pane', '-O', `cat >> ${raw}`);
  const type = (line: string) => {
    tmux('send-keys', '-l', line);
    tmux('send-keys', 'Enter');
  };
  const screen = () =>
    tmux('capture-pane', '-p')
      .split('\n')
      .filter((row) => row.trim() !== '');
  return {
    type,
    press: (...keys) => void tmux('send-keys', ...keys),
    resize: (width, height = rows) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    screen,
    async until(what, condition) {
      let last: string[] = [];
      try {
        await until(what, () => {
          last = screen();
          return condition(last.join('\n'));
        });
      } catch (error) {
        assert.fail(`${(error as Error).message}; the screen:\n${last.join('\n')}`);
      }
      return last;
    },
    bytes: () => (existsSync(raw) ? readFileSync(raw, 'utf8') : ''),
  };
}

/** The rows with every number, bar and run of spaces masked. */
export function masked(rows: readonly string[]): string[] {
  return rows.map((row) =>
    row
      .replace(/[█░]+/g, 'BAR')
      .replace(/\d+(?:[.,:]\d+)*/g, '#')
      .replace(/ {2,}/g, '  ')
      .trimEnd(),
  );
}
