/** `--dashboard`, `--metrics` and their token. The token comes only from a file or the environment. */
import type { WebConfig } from '../jobs/run-options.js';
import { addressText, isLoopbackHost } from '../lib/network/listen-address.js';
import { bareFile, bareSecret } from '../lib/secrets/secret-text.js';
import type { ValuesOf } from '../model/options/option.js';
import { say } from '../texts/say.js';
import type { OPTIONS } from './options/common-options.js';
import { STANDARD_ADDRESS } from './options/own-values.js';
import { readSecret } from './queue-config.js';

type Values = Pick<ValuesOf<typeof OPTIONS>, 'dashboard' | 'metrics' | 'dashboardTokenFile' | 'json'>;

interface WebPlace {
  env: NodeJS.ProcessEnv;
  problems: string[];
  /** No warning shows a value. */
  warnings: string[];
}

/** Undefined without `--dashboard` and `--metrics`. Adds to `problems` and `warnings`. */
export function readWeb(values: Values, { env, problems, warnings }: WebPlace): WebConfig | undefined {
  const dashboard = values.dashboard || undefined;
  const metrics = values.metrics || undefined;
  if (dashboard === undefined && metrics === undefined) {
    if (values.dashboardTokenFile !== undefined) problems.push(say.web.tokenAlone);
    return undefined;
  }
  const token = readToken(values.dashboardTokenFile, { env, problems, warnings });
  const isWrong = token === undefined && values.dashboardTokenFile !== undefined;
  // The page can change the run, so it is only where the user says. The dashboard has the numbers, too.
  const page = dashboard === true ? STANDARD_ADDRESS : dashboard;
  const numbers = metrics === true ? (page ?? STANDARD_ADDRESS) : metrics;
  const isOne = page !== undefined && numbers !== undefined && addressText(page) === addressText(numbers);
  const open = [page, numbers].find((place) => place !== undefined && !isLoopbackHost(place.host));
  if (values.json && open !== undefined && token === undefined && !isWrong)
    problems.push(say.config.about(`--${open === page ? 'dashboard' : 'metrics'}`, say.web.noTokenInJson));
  return { dashboard: page, metrics: isOne ? undefined : numbers, token };
}

/** What a header can have after `Bearer` (RFC 6750), long enough not to be guessed. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{16,256}={0,2}$/;

function readToken(file: string | undefined, { env, problems, warnings }: WebPlace): string | undefined {
  const stripped = (where: string) => () => warnings.push(say.sources.stripped(where));
  const option = '--dashboard-token-file';
  const variable = 'SLUICE_DASHBOARD_TOKEN';
  const bytes = readSecret(option, file, problems);
  const token =
    file === undefined
      ? bareSecret(env[variable] ?? '', stripped(variable)) || undefined
      : bytes && bareFile(bytes.toString(), stripped(`${option} ${file}`));
  if (token === undefined || TOKEN.test(token)) return token;
  problems.push(say.web.weakToken(file === undefined ? variable : option));
  return undefined;
}
