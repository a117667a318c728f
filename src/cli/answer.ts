/** The output of a command that only reports (`status`, `jobs`, …). A partial output changes the exit code. */
import type { Writable } from 'node:stream';
import type { Reporter } from '../events/reporters/reporter.js';
import type { Print } from '../events/reporters/text.js';
import { outputFailure } from '../jobs/run/output-failure.js';
import { dataOutput } from '../lib/files/file-output.js';
import { EXIT } from './exit-codes.js';
import { flushed } from './leave.js';

export class Answer {
  readonly #output: Writable;
  readonly #isTerminal: boolean;
  #failure: NodeJS.ErrnoException | undefined;

  /** `onFailure` is called when the output accepts no more data. */
  constructor(stdout: NodeJS.WriteStream & { fd: 1 }, onFailure: () => void = () => {}) {
    this.#output = dataOutput(stdout);
    this.#isTerminal = stdout.isTTY;
    this.#output.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= error;
      onFailure();
    });
  }

  readonly print: Print = (line) => {
    if (this.#failure === undefined) this.#output.write(`${line}\n`);
  };

  /** The final exit code. A reader that closes early (`sluice status --watch | head`) is not an error. */
  async end(code: number, reporter: Pick<Reporter, 'error'>): Promise<number> {
    await flushed(code);
    if (this.#failure === undefined || (this.#failure.code === 'EIO' && this.#isTerminal)) return code;
    if (this.#failure.code === 'EPIPE') return code === EXIT.interrupted ? EXIT.ok : code;
    reporter.error(outputFailure(this.#failure));
    return EXIT.fatal;
  }
}
