/** What has become of the objects, and what those that were stored were checked by. */

import { formatCount } from '../../../lib/text/units.js';
import type { CheckCounts, CheckedBy } from '../../../model/digest.js';
import type { Payload } from '../../payload.js';
import type { Words } from '../words/words.js';
import { fact, h, section, setAttribute, setText, show } from './dom.js';
import type { Part } from './part.js';

const OUTCOMES = ['stored', 'skipped', 'gone', 'failed', 'excluded'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** `verify` calls what is alike skipped, and what differs failed. */
const OF_VERIFY = { skipped: 'alike', failed: 'different' } as const;

/** What a command never has, or calls otherwise: what a listing names counts as skipped. */
const NEVER: Readonly<Record<string, readonly Outcome[]>> = {
  verify: ['stored', 'excluded'],
  list: ['stored', 'skipped', 'gone', 'excluded'],
};

export function createOutcomes(words: Words): Part {
  const { outcomes } = words.page;
  const rows = OUTCOMES.map((name) => outcomeRow(words, name));
  const list = h('dl', { class: 'outcomes' }, ...rows.map(({ element }) => element));
  const checked = fact(outcomes.checkedBy);
  const element = section('outcomes', outcomes.title, list, h('dl', { class: 'facts checked' }, checked.element));
  return {
    element,
    update(picture) {
      for (const row of rows) row.change(picture);
      const checks = checksOf(picture.checkedBy, picture.outcomes.stored, words);
      show(checked.element.parentElement!, checks !== '');
      setText(checked.value, checks);
    },
  };
}

function outcomeRow({ page: { outcomes } }: Words, name: Outcome) {
  const word = h('dt');
  const value = h('dd');
  const explain = h('dd', { class: 'explain' });
  const element = h('div', { class: `fact outcome-${name}` }, word, value, explain);
  return {
    element,
    change(picture: Payload) {
      const count = picture.outcomes[name];
      const isVerify = picture.command === 'verify';
      const said = isVerify && name in OF_VERIFY ? OF_VERIFY[name as keyof typeof OF_VERIFY] : name;
      setText(word, outcomes[said]);
      setText(explain, outcomes.explain[said]);
      setText(value, formatCount(count));
      setAttribute(element, 'data-count', count === 0 ? 'none' : 'some');
      const isNever = (NEVER[picture.command] ?? ['excluded']).includes(name);
      show(element, !isNever || (count > 0 && !(picture.command === 'list' && name === 'skipped')));
    },
  };
}

/** What is weaker than a digest comes last. '' = nothing is known. */
function checksOf(checkedBy: CheckCounts | undefined, stored: number, { summary }: Words): string {
  if (checkedBy === undefined) return '';
  const { notRecorded: _rest, ...recorded } = checkedBy;
  const counts = (Object.entries(recorded) as [CheckedBy, number][]).filter(([, count]) => count > 0);
  if (counts.length === 0) return '';
  const weakness = (kind: CheckedBy) => (kind === 'none' ? 2 : kind === 'size' ? 1 : 0);
  counts.sort(([kind, count], [other, others]) => weakness(kind) - weakness(other) || others - count);
  const known = counts.reduce((sum, [, count]) => sum + count, 0);
  return summary.checks(Object.fromEntries(counts), Math.max(0, stored - known));
}
