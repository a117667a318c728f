/** The region that a server has named: kept in a job, so that its next run signs right from its first request on. */
import type { Learnt } from '../source.js';

/** What the options say. With other ones another region may be right, so what was learnt does not count. */
interface Given {
  readonly endpoint: string;
  readonly region: string;
}

export class LearntRegion implements Learnt {
  readonly #given: Given;
  readonly #moveTo: (region: string) => void;
  #text: string | undefined;
  #tell: ((text: string) => void) | undefined;

  /** `moveTo`: from now on requests are signed for this region. */
  constructor(given: Given, moveTo: (region: string) => void) {
    this.#given = given;
    this.#moveTo = moveTo;
  }

  /** The server says that the bucket is there. */
  learn(bucketRegion: string): void {
    const { endpoint, region } = this.#given;
    this.#text = JSON.stringify({ endpoint, region, bucketRegion });
    this.#tell?.(this.#text);
  }

  restore(text: string): void {
    const { endpoint, region, bucketRegion } = read(text);
    const isSame = endpoint === this.#given.endpoint && region === this.#given.region;
    if (isSame && typeof bucketRegion === 'string' && /^[\w-]{1,64}$/.test(bucketRegion)) this.#moveTo(bucketRegion);
  }

  watch(onLearnt: (text: string) => void): void {
    this.#tell = onLearnt;
    if (this.#text !== undefined) onLearnt(this.#text);
  }
}

/** Another build may have written anything. */
function read(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
