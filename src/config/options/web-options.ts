/** Options of the dashboard and of the metrics. Their texts are in `texts/LANGUAGE/options.ts`. */

import { looksLikeAddress } from '../../lib/network/listen-address.js';
import { text } from '../../lib/options/values.js';
import { ALL, type OptionTable } from '../../model/options/option.js';
import { listenAddress } from './own-values.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const WEB_OPTIONS = {
  dashboard: {
    value: 'ADDR',
    isOptionalValue: looksLikeAddress,
    read: listenAddress(),
    commands: [...ALL, 'dashboard'],
    group: 'output',
  },
  metrics: {
    value: 'ADDR',
    isOptionalValue: looksLikeAddress,
    read: listenAddress(),
    commands: ALL,
    group: 'output',
  },
  dashboardTokenFile: {
    value: 'FILE',
    read: text('a file'),
    commands: [...ALL, 'dashboard'],
    group: 'output',
  },
} as const satisfies OptionTable;
