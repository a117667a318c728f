// A terminal whose screen can be read: tmux draws it, as the terminal of a person would.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DrawnTerminal {
  /** What shows: lines that were wrapped are joined; nothing is left at the end of a line. */
  text(): string;
  /** What shows, row by row, with the sequences of its colours. */
  coloured(): string;
  /** Exit code of the command; undefined while it runs. */
  exitCode(): number | undefined;
  close(): void;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env?: Record<string, string | undefined>;
}

const SETTINGS = `
set -g remain-on-exit on
set -g remain-on-exit-format ''
set -g status off
set -g default-terminal screen-256color
`;

/** Runs a line of bash on a terminal of its own. */
export function openTerminal(line: string, { columns = 80, rows = 50, cwd, env }: TerminalOptions): DrawnTerminal {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tmux-'));
  const [settings, ended] = [join(folder, 'tmux.conf'), join(folder, 'ended')];
  writeFileSync(settings, SETTINGS);
  const tmux = (...args: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync('tmux', ['-u', '-S', join(folder, 'socket'), ...args], {
      cwd,
      env: { ...process.env, TMUX: undefined, ...env },
    });
    if (error !== undefined) throw error;
    assert.equal(status, 0, `tmux ${args.join(' ')}: ${stderr}`);
    return stdout.toString();
  };
  const size = ['-x', `${columns}`, '-y', `${rows}`];
  tmux('-f', settings, 'new-session', '-d', ...size, 'bash', '-c', `(${line}\n); echo $? > '${ended}'`);
  return {
    text: () => tmux('capture-pane', '-p', '-J').replace(/ +$/gm, '').trimEnd(),
    coloured: () => tmux('capture-pane', '-p', '-e'),
    exitCode: () => {
      // A file says it without asking tmux again and again; tmux sometimes does not have the status of a dead pane.
      if (!existsSync(ended) || tmux('list-panes', '-F', '#{pane_dead}').trim() !== '1') return undefined;
      return Number(readFileSync(ended, 'utf8'));
    },
    close: () => {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** For `test(name, { skip: skipWithoutTmux() }, …)`. */
export function skipWithoutTmux(): string | false {
  if (spawnSync('tmux', ['-V']).status === 0) return false;
  const missing = 'no tmux: apt-get install tmux';
  assert.notEqual(process.env.REQUIRE_TERMINALS, '1', missing);
  return missing;
}
