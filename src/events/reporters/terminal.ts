/** The renderer for a terminal: two bars, for listing and for downloading. */
import cliProgress from 'cli-progress';
import { createMeter } from '../rate.js';
import type { Stats } from '../stats.js';
import { doneText, listingText } from './progress.js';
import type { Reporter } from './reporter.js';
import { createTextReporter } from './text.js';

/** Bars are drawn this often: smooth to the eye, at little processor cost. */
const FRAMES_PER_SECOND = 5;
/** A bar counts in thousandths, because the total may change during the run. */
const SCALE = 1000;
/** On a narrow terminal the numbers matter more than the bar. Text that does not fit is cut off. */
const NARROW_COLUMNS = 110;

export function createTerminalReporter(stream: NodeJS.WriteStream): Reporter {
  let bars: cliProgress.MultiBar | undefined;

  function print(line: string): void {
    if (bars === undefined) stream.write(`${line}\n`);
    else bars.log(`${line}\n`);
  }

  function start(stats: Stats): void {
    const meter = createMeter(stats);
    const opened = new cliProgress.MultiBar(
      { stream, fps: FRAMES_PER_SECOND, format, hideCursor: true, linewrap: false, gracefulExit: false },
      cliProgress.Presets.shades_classic,
    );
    const listing = opened.create(SCALE, 0, { name: 'listing    ', text: '' });
    const download = stats.isListOnly
      ? undefined
      : opened.create(SCALE, 0, { name: stats.isComparison ? 'comparing  ' : 'downloading', text: '' });
    opened.on('update-pre', () => {
      const progress = meter();
      const { isListingDone } = stats;
      listing.update(isListingDone ? SCALE : 0, { text: listingText(progress, isListingDone) });
      download?.update(Math.floor((progress.share ?? 0) * SCALE), { text: doneText(progress) });
    });
    bars = opened;
  }

  function stop(): void {
    bars?.update();
    bars?.stop();
    bars = undefined;
  }

  const text = createTextReporter(print);
  return {
    ...text,
    start,
    stop,
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

function format(
  options: cliProgress.Options,
  params: cliProgress.Params,
  payload: { name: string; text: string },
): string {
  const bar = cliProgress.Format.BarFormat(params.progress, {
    ...options,
    barsize: (process.stderr.columns ?? 0) < NARROW_COLUMNS ? 8 : 24,
  });
  return `${payload.name} ${bar} ${payload.text}`;
}
