/** The renderer for a terminal: some lines at its bottom that say what is done and why it is slow; messages scroll above. */
import { isGoneTerminal } from '../../lib/process/terminal.js';
import { say } from '../../texts/say.js';
import { createRunMeter } from '../rate.js';
import type { RunView } from '../run-view.js';
import type { Stats } from '../stats.js';
import type { Reporter } from './reporter.js';
import { Block } from './screen/block.js';
import { screenLines, titleFits } from './screen/layout.js';
import type { ScreenState } from './screen/parts.js';
import { Surface, sizeOf } from './screen/surface.js';
import { createTextReporter } from './text.js';

/** Often enough for numbers that are read, at little processor cost. */
const FRAME_MS = 250;

export interface TerminalOptions {
  /** The file that lists all failures, if there is one. */
  failures?: string | undefined;
  isDryRun?: boolean;
}

export function createTerminalReporter(
  stream: NodeJS.WriteStream,
  { failures, isDryRun = false }: TerminalOptions = {},
): Reporter {
  let drawing: Drawing | undefined;
  /** What goes where: said only where the first line of the screen will not say it. */
  let destination: string | undefined;

  function start(stats: Stats, view: RunView): void {
    destination = undefined;
    drawing = new Drawing(stream, stats, view);
  }

  function stop(): void {
    if (destination !== undefined) text.notice('destination', destination);
    destination = undefined;
    drawing?.end();
    drawing = undefined;
  }

  const text = createTextReporter((line) => {
    if (drawing === undefined) stream.write(`${line}\n`);
    else drawing.say(line);
  }, failures);
  return {
    ...text,
    start,
    stop,
    notice(code, message, about) {
      const isHeld = code === 'destination' && !isDryRun && titleFits(message, sizeOf(stream));
      if (isHeld) destination = message;
      else text.notice(code, message, about);
    },
    error(error) {
      stop();
      text.error(error);
    },
    finish(summary, advice) {
      stop();
      text.finish(summary, advice);
    },
  };
}

class Drawing {
  readonly #stream: NodeJS.WriteStream;
  readonly #surface: Surface;
  readonly #block: Block;
  readonly #read: () => ScreenState;
  readonly #timer: NodeJS.Timeout;
  #last = '';
  #isOpen = true;
  #tickedMs = performance.now();

  constructor(stream: NodeJS.WriteStream, stats: Stats, view: RunView) {
    this.#stream = stream;
    this.#surface = new Surface(stream);
    // NO_COLOR, FORCE_COLOR and TERM decide.
    this.#block = new Block(stream.hasColors?.() ?? false);
    const meter = createRunMeter(stats, view);
    this.#read = () => stateOf(stats, view, meter());
    this.#timer = setInterval(() => this.#tick(), FRAME_MS).unref();
    process.on('SIGCONT', this.#resume);
    stream.on('resize', this.#redraw);
    this.#endResize = () => stream.off('resize', this.#redraw);
    this.#draw();
  }

  readonly #endResize: () => void;

  say(line: string): void {
    this.#surface.say(line);
  }

  /** Draws the last numbers, and leaves them there. */
  end(): void {
    this.#isOpen = false;
    clearInterval(this.#timer);
    process.off('SIGCONT', this.#resume);
    this.#endResize();
    // What the terminal has not taken comes now: the run is over, and may wait for it.
    this.#surface.close();
    const last = this.#frame();
    if (last !== undefined) this.#surface.write(last);
  }

  readonly #redraw = (): void => {
    this.#last = '';
    this.#draw();
  };

  /** The shell has written below the last drawing (Ctrl-Z and fg), and the terminal may have another size. */
  readonly #resume = (): void => {
    this.#block.leave();
    this.#last = '';
    // A process that is stopped gets no such signal. With it Node reads the size before the next frame. (A terminal that
    // goes away sends SIGCONT, too. Then Node would report a failure of stdout.)
    if (!isGoneTerminal(this.#stream)) process.kill(process.pid, 'SIGWINCH');
  };

  /**
   * After Ctrl-Z and `fg` the timer comes before the signal, and a frame at once would be drawn over what the shell has
   * written meanwhile. So the frame waits until Node has looked for signals; one that comes late is left out.
   */
  #tick(): void {
    const sinceMs = performance.now() - this.#tickedMs;
    this.#tickedMs += sinceMs;
    if (sinceMs < 2 * FRAME_MS) setImmediate(this.#drawOpen);
  }

  readonly #drawOpen = (): void => {
    if (this.#isOpen) this.#draw();
  };

  #draw(): void {
    if (!this.#surface.isReady) return;
    const frame = this.#frame();
    if (frame !== undefined) this.#surface.write(frame);
  }

  /** Undefined when nothing has changed. */
  #frame(): string | undefined {
    const { columns, rows } = this.#surface.size;
    const lines = screenLines(this.#read(), { columns, rows });
    const text = lines.map((line) => line.text).join('\n');
    if (text === this.#last && !this.#surface.hasMessages) return undefined;
    this.#last = text;
    const { lines: messages, dropped } = this.#surface.takeMessages();
    const note = dropped === 0 ? [] : [say.progress.screen.notShown(dropped)];
    return this.#block.draw(lines, [...note, ...messages], columns);
  }
}

function stateOf(stats: Stats, view: RunView, progress: ScreenState['progress']): ScreenState {
  const { command, source, to } = view;
  return {
    ...{ command, source, to, progress },
    nowMs: Date.now(),
    runs: stats.runs,
    runSeconds: Math.floor(stats.runMs / 1000),
    isListingDone: stats.isListingDone,
    health: view.health(),
    throttledMs: view.throttledMs(),
    disks: view.disks(),
  };
}
