/** `status --watch` of a job that is kept in files: its screen, every two seconds, until its run ends. */
import { toTransferError } from '../errors.js';
import { Block } from '../events/reporters/screen/block.js';
import { screenLines } from '../events/reporters/screen/layout.js';
import { Surface } from '../events/reporters/screen/surface.js';
import type { Print } from '../events/reporters/text.js';
import type { StatusConfig } from '../jobs/run-options.js';
import { readStatus, statusText } from '../jobs/status/status.js';
import { type Status, statusJson } from '../jobs/status/status-text.js';
import { screenOf } from '../jobs/status/watched-screen.js';
import { isGoneTerminal } from '../lib/process/terminal.js';
import { sleep } from '../lib/waiting/sleep.js';
import { say } from '../texts/say.js';
import { EXIT } from './exit-codes.js';
import type { StatusIo } from './status.js';

const WATCH_MS = 2_000;
/** Without a terminal: no line is wider than here. */
const PLAIN_SIZE = { columns: 101, rows: 24 };

export interface WatchIo extends StatusIo {
  /** Where `print` goes. On a terminal each look is drawn over the last one. */
  output: NodeJS.WriteStream;
  signal: AbortSignal;
}

/** Shows each look at a job. */
interface Display {
  show(status: Status): void;
  /** The run has ended, or none works. */
  end(status: Status): void;
  /** Shows nothing more. */
  close(): void;
}

/** Returns the exit code. Never rejects: it reports files that it cannot read. */
export async function watchStatus(config: StatusConfig, { reporter, print, output, signal }: WatchIo): Promise<number> {
  const display = config.isJson ? lines(print) : output.isTTY ? drawing(config, output) : texts(config, print);
  try {
    for (let status = await readStatus(config.place); ; status = await readStatus(config.place)) {
      const isWorking = status.state === 'running' || status.live !== undefined;
      if (!isWorking) {
        display.end(status);
        return status.state === 'none' ? EXIT.none : EXIT.ok;
      }
      display.show(status);
      await sleep(WATCH_MS, signal);
    }
  } catch (error) {
    display.close();
    if (signal.aborted) return EXIT.interrupted;
    reporter.error(toTransferError(error));
    return EXIT.fatal;
  }
}

function lines(print: Print): Display {
  const show = (status: Status) => print(statusJson(status));
  return { show, end: show, close() {} };
}

/** One look below the other. */
function texts({ place }: StatusConfig, print: Print): Display {
  let isFirst = true;
  const add = (lines: readonly string[]) => {
    if (!isFirst) print('');
    isFirst = false;
    for (const line of lines) print(line);
  };
  return {
    show: (status) => add(rowsOf(status, PLAIN_SIZE)?.map(({ text }) => text) ?? statusText(status, place)),
    end: (status) => add(endText(status, place)),
    close() {},
  };
}

/** The lines of a screen, where the run has noted its numbers. */
function rowsOf(status: Status, size: { columns: number; rows: number }) {
  const screen = screenOf(status, Date.now());
  return screen && screenLines(screen, size);
}

function endText(status: Status, place: StatusConfig['place']): string[] {
  const text = statusText(status, place);
  return status.state === 'none' ? text : [...text, say.jobs.plan.noRunWorks];
}

function drawing({ place }: StatusConfig, output: NodeJS.WriteStream): Display {
  const surface = new Surface(output);
  const block = new Block(output.hasColors?.() ?? false);
  let last: Status | undefined;
  const draw = () => {
    // A terminal that takes nothing (Ctrl-S) gets the next look.
    if (last === undefined || !surface.isReady) return;
    const rows = rowsOf(last, surface.size);
    const plain = rows === undefined ? statusText(last, place) : [];
    if (rows === undefined) block.leave();
    surface.write(block.draw(rows ?? [], plain, surface.size.columns));
  };
  // The shell has written below the drawing (Ctrl-Z and fg).
  const resume = () => {
    block.leave();
    // Node reads the size of the terminal, and the drawing follows.
    if (!isGoneTerminal(output)) process.kill(process.pid, 'SIGWINCH');
  };
  output.on('resize', draw);
  process.on('SIGCONT', resume);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    output.off('resize', draw);
    process.off('SIGCONT', resume);
    surface.close();
  };
  return {
    show(status) {
      last = status;
      draw();
    },
    end(status) {
      close();
      surface.write(block.draw([], endText(status, place), surface.size.columns));
    },
    close,
  };
}
