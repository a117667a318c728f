/** Options of alerts. Their texts are in `texts/LANGUAGE/options.ts`. */

import { WEBHOOK_FORMS } from '../../jobs/alerts/alert.js';
import { choice, count, duration, text } from '../../lib/options/values.js';
import { ALL, type OptionTable } from '../../model/options/option.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const ALERT_OPTIONS = {
  onEvent: {
    value: 'COMMAND',
    read: text('a command'),
    commands: ALL,
    group: 'output',
  },
  webhook: {
    value: 'URL',
    read: text('a URL'),
    commands: ALL,
    group: 'output',
  },
  webhookFormat: {
    value: 'FORMAT',
    read: choice(['auto', ...WEBHOOK_FORMS]),
    default: 'auto',
    commands: ALL,
    group: 'output',
  },
  webhookSecretFile: {
    value: 'FILE',
    read: text('a file'),
    commands: ALL,
    group: 'output',
  },
  alertAfter: {
    value: 'DURATION',
    read: duration(),
    default: '10m',
    commands: ALL,
    group: 'output',
  },
  alertFailures: {
    value: 'N',
    read: count(0, 1e12),
    default: '100',
    commands: ALL,
    group: 'output',
  },
} as const satisfies OptionTable;
