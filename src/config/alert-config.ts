/** `--on-event`, `--webhook` and what belongs to them. */
import type { AlertsConfig, WebhookConfig } from '../jobs/alerts/alert.js';
import { formOf } from '../jobs/alerts/webhook-forms.js';
import { bareFile, bareSecret } from '../lib/secrets/secret-text.js';
import type { ValuesOf } from '../model/options/option.js';
import { say } from '../texts/say.js';
import type { OPTIONS } from './options/common-options.js';
import { readSecret } from './queue-config.js';

type Values = ValuesOf<typeof OPTIONS>;

interface AlertPlace {
  env: NodeJS.ProcessEnv;
  /** `--webhook` stands among the arguments. */
  isArgument: boolean;
  problems: string[];
  warnings: string[];
}

/** Undefined without `--on-event` and `--webhook`. Adds to `problems` and `warnings`; none of them shows the URL. */
export function readAlerts(values: Values, place: AlertPlace): AlertsConfig | undefined {
  const { onEvent: command, alertAfter: afterMs, alertFailures: failures } = values;
  const webhook = readWebhook(values, place);
  if (command === undefined && webhook === undefined) return undefined;
  return { command, webhook, afterMs: afterMs!, failures: failures! };
}

function readWebhook(values: Values, { env, isArgument, problems, warnings }: AlertPlace): WebhookConfig | undefined {
  const { webhook, webhookFormat = 'auto', webhookSecretFile } = values;
  if (webhook === undefined) {
    if (webhookSecretFile !== undefined) problems.push(say.alerts.alone);
    return undefined;
  }
  const text = webhook.trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    problems.push(`--webhook: ${say.alerts.noUrl}`);
    return undefined;
  }
  if (isArgument && (url.search !== '' || url.password !== '' || url.pathname.length > LONG_PATH))
    warnings.push(say.alerts.inArguments);
  return {
    url: url.href,
    form: webhookFormat === 'auto' ? formOf(url.href) : webhookFormat,
    secret: secretOf(webhookSecretFile, { env, problems, warnings }),
  };
}

/** The path of a Slack webhook has 45 characters behind `/services/`. */
const LONG_PATH = 24;

function secretOf(file: string | undefined, { env, problems, warnings }: Omit<AlertPlace, 'isArgument'>) {
  const stripped = (where: string) => () => warnings.push(say.sources.stripped(where));
  const variable = 'SLUICE_WEBHOOK_SECRET';
  if (file === undefined) return bareSecret(env[variable] ?? '', stripped(variable)) || undefined;
  const option = '--webhook-secret-file';
  const bytes = readSecret(option, file, problems);
  const text = bytes && bareFile(bytes.toString(), stripped(`${option} ${file}`));
  if (text === '') problems.push(say.config.queue.blankSecret(option));
  return text;
}
