/** Problems with the values of options, in words. */
import type { Expected, ValueProblem } from '../lib/options/values.js';
import { say } from './say.js';

export function problemText(problem: ValueProblem): string {
  if (typeof problem === 'string') return problem;
  const { value } = say.config;
  if (problem.what === 'single' || problem.what === 'origin' || problem.what === 'noCredentials')
    return value[problem.what];
  const expected = expectedText(problem);
  return value.unlike(problem.isAutomatic ? value.orAuto(expected) : expected, JSON.stringify(problem.got ?? ''));
}

function expectedText(expected: Expected): string {
  const { value } = say.config;
  switch (expected.what) {
    case 'count':
      return value.count(expected.min, expected.max);
    case 'words':
      return value.words(expected.words);
    case 'text':
      return value.things[expected.thing] ?? expected.thing;
    case 'own':
      return expected.text;
    default:
      return value[expected.what];
  }
}
