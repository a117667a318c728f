/** Options of the log file. Their texts are in `texts/LANGUAGE/options.ts`. */
import { size, text } from '../../lib/options/values.js';
import { ALL, type OptionTable } from '../../model/options/option.js';

/** Smaller files would hold hardly more than one message. */
const MIN_LOG_BYTES = 4096;

/** Keys are the camel-case names of the flags. The help has the same order. */
export const LOG_OPTIONS = {
  logFile: {
    value: 'FILE',
    read: text('a file'),
    commands: ALL,
    group: 'output',
  },
  logRotate: {
    value: 'SIZE',
    read: size(MIN_LOG_BYTES),
    default: '10M',
    commands: ALL,
    group: 'output',
  },
} as const satisfies OptionTable;
