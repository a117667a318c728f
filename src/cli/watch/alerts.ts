/** Alerts of a command: `--on-event` and `--webhook`. */
import type { EventBus } from '../../events/bus.js';
import type { AlertsConfig } from '../../jobs/alerts/alert.js';
import { type Alerting, startAlerts } from '../../jobs/alerts/alerting.js';
import { secretsOfWebhook } from '../../jobs/alerts/webhook-forms.js';
import type { Config } from '../../jobs/run-options.js';
import { redactor } from '../log/redact.js';
import { readBuild } from '../shipped.js';

export function alertsOf(config: Config, alerts: AlertsConfig, events: EventBus): Alerting {
  const hook = alerts.webhook && secretsOfWebhook(alerts.webhook);
  const redact = redactor(process.env, config.credentials, config.queue?.access, config.web, hook);
  return startAlerts(config, alerts, { events, version: readBuild().version, redact });
}
