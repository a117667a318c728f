/** The current state of each part of a run, read on demand: the snapshot that a signal prints. */

import { localTime } from '../lib/text/local-time.js';
import type { RateValues } from '../texts/en/progress.js';
import { say } from '../texts/say.js';
import type { Health } from './health/health.js';
import { healthLine } from './reporters/health-text.js';

/** Names and values. For a list, one record for each member. */
export type Section = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];

export type Sections = Readonly<Record<string, Section>>;

/** Each part of a run adds its section when it starts. Reading a section changes nothing. */
export class Gauges {
  readonly #reads = new Map<string, () => Section>();

  /** A second section with the same name replaces the first one. */
  add(name: string, read: () => Section): void {
    this.#reads.set(name, read);
  }

  /** The section with this name. Empty when it does not exist, or is a list. */
  section(name: string): Readonly<Record<string, unknown>> {
    const section = this.#reads.get(name)?.() ?? {};
    return Array.isArray(section) ? {} : (section as Readonly<Record<string, unknown>>);
  }

  read(): Sections {
    return Object.fromEntries([...this.#reads].map(([name, read]) => [name, read()]));
  }
}

/** First what an operator wants: what the run does and why, at what rate; then the internals, a line for each. */
export function snapshotLines(sections: Sections, at: Date): string[] {
  const { health, rates, ...rest } = sections;
  const { snapshot } = say.progress;
  const lines = Object.entries(rest).flatMap(([name, section]) =>
    Array.isArray(section)
      ? [`  ${name}: ${section.length}`, ...section.map((member) => `    ${textOf(member)}`)]
      : [`  ${name}: ${textOf(section as Readonly<Record<string, unknown>>)}`],
  );
  const now = health === undefined ? [] : [`  ${healthLine(health as unknown as Health, at.getTime())}`];
  const pace = rates === undefined ? [] : [`  ${snapshot.rates(rates as unknown as RateValues)}`];
  return [snapshot.at(localTime(at.getTime())), ...now, ...pace, ...lines];
}

function textOf(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? value.toLocaleString('en-US') : value}`)
    .join(', ');
}
