/** Options of the report of a job. Their texts are in `texts/LANGUAGE/options.ts`. */
import { text } from '../../lib/options/values.js';
import { type OptionTable, STORING } from '../../model/options/option.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const REPORT_OPTIONS = {
  report: {
    value: 'FILE',
    read: text('a file'),
    commands: STORING,
    group: 'output',
  },
  output: {
    value: 'FILE',
    read: text('a file'),
    commands: ['report'],
    group: 'output',
    commonIn: 'all',
    short: 'o',
  },
} as const satisfies OptionTable;
