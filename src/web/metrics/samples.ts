/** What a metric is, and labels that cannot grow without a bound. */
import type { Picture } from '../../events/picture/picture.js';

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  /** Without `sluice_`. */
  readonly name: string;
  /** Ends in `_total`, and never falls. */
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** The label of its samples, if they have one. */
  readonly labels: readonly string[];
  /** No sample: it is not known now, or does not apply. */
  samples(picture: Picture): readonly Sample[];
}

/** Without labels; none where the value is unknown. */
export function one(value: number | boolean | undefined): readonly Sample[] {
  return value === undefined || !Number.isFinite(Number(value)) ? [] : [{ value: Number(value) }];
}

/** One sample for each entry. Past `max` of them, the rest is one sample of the label `other`. */
export function each(
  label: string,
  entries: Iterable<readonly [name: string, value: number | undefined]>,
  max = MAX_VALUES,
): readonly Sample[] {
  const samples: Sample[] = [];
  let rest: number | undefined;
  for (const [name, value] of entries) {
    if (value === undefined || !Number.isFinite(value)) continue;
    if (samples.length < max) samples.push({ labels: { [label]: name }, value });
    else rest = (rest ?? 0) + value;
  }
  return rest === undefined ? samples : [...samples, { labels: { [label]: 'other' }, value: rest }];
}

/** 1 for the word that holds now, 0 for the others: so the end of a state is a value, too. */
export function stateOf(words: readonly string[], now: string): readonly Sample[] {
  return words.map((state) => ({ labels: { state }, value: Number(state === now) }));
}

/** Of one label: a time series each. */
const MAX_VALUES = 200;
