/**
 * Those who watch a job live (`/events`): each gets the same picture once a second, as a server-sent event. One that does not
 * read gets nothing more until it does, so at most one picture waits for it, and all of them share that one.
 */
import type { ServerResponse } from 'node:http';
import type { Watch } from '../events/picture/watch.js';
import { beginStream } from './answers.js';
import { payloadOf } from './payload.js';

const TICK_MS = 1_000;
const MAX_VIEWERS = 200;
/** One that has read nothing for so many pictures is gone. */
const MAX_BEHIND = 30;
/** Nothing is known yet: the line keeps the connection alive. */
const NOTHING = Buffer.from(': waiting\n\n');

interface Viewer {
  readonly response: ServerResponse;
  /** Pictures in a row that it could not take. */
  behind: number;
  /** The failures that it knows. */
  failures: string | undefined;
}

/** The job now: events that all viewers share. */
interface Look {
  readonly picture: Buffer;
  readonly failures: string;
  readonly both: Buffer;
}

export interface ViewersOptions {
  /** Undefined until the run begins. */
  readonly watch: () => Watch | undefined;
  /** Takes secrets out of messages. */
  readonly redact: (text: string) => string;
  /** The page is there, and with it the controls. */
  readonly hasPage: boolean;
  /** A defect while a picture was made. */
  readonly onDefect: (error: unknown) => void;
}

export class Viewers {
  readonly #options: ViewersOptions;
  readonly #viewers = new Set<Viewer>();
  /** Runs while there are viewers. */
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;

  constructor(options: ViewersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#viewers.size;
  }

  get isFull(): boolean {
    return this.#viewers.size >= MAX_VIEWERS;
  }

  /** Sends events to it from now on. */
  add(response: ServerResponse): void {
    const viewer: Viewer = { response, behind: 0, failures: undefined };
    response.on('close', () => this.#viewers.delete(viewer));
    beginStream(response);
    this.#viewers.add(viewer);
    this.#send(viewer, this.#look());
    if (this.#isEnded) this.#end(viewer);
    else this.#timer ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** Sends the job as it is now; by itself every second. */
  tick(): void {
    if (this.#viewers.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const look = this.#look();
    for (const viewer of this.#viewers) this.#send(viewer, look);
  }

  /** Sends a last picture, and ends. Those that do not read are dropped. */
  end(): void {
    this.#isEnded = true;
    clearInterval(this.#timer);
    const look = this.#look();
    for (const viewer of this.#viewers) {
      if (viewer.response.writableLength > 0) viewer.response.destroy();
      else {
        this.#send(viewer, look);
        this.#end(viewer);
      }
    }
  }

  #end({ response }: Viewer): void {
    response.end(eventOf('end', '{}'));
  }

  #send(viewer: Viewer, look: Look | undefined): void {
    const { response, failures } = viewer;
    if (response.writableLength > 0) {
      viewer.behind++;
      if (viewer.behind >= MAX_BEHIND) response.destroy();
      return;
    }
    viewer.behind = 0;
    if (look === undefined) response.write(NOTHING);
    else response.write(failures === look.failures ? look.picture : look.both);
    viewer.failures = look?.failures;
  }

  /** Undefined before the run begins, and when a picture cannot be made. */
  #look(): Look | undefined {
    try {
      const watch = this.#options.watch();
      if (watch === undefined) return undefined;
      const picture = Buffer.from(eventOf('picture', JSON.stringify(payloadOf(watch, this.#options.hasPage))));
      const failures = eventOf('failures', this.#options.redact(JSON.stringify(watch.failures())));
      return { picture, failures, both: Buffer.concat([picture, Buffer.from(failures)]) };
    } catch (error) {
      this.#options.onDefect(error);
      return undefined;
    }
  }
}

/** JSON is one line. */
function eventOf(name: string, json: string): string {
  return `event: ${name}\ndata: ${json}\n\n`;
}
