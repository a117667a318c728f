/** Alerts of one run: what the watcher finds goes to every channel. */
import { hostname } from 'node:os';
import type { EventBus } from '../../events/bus.js';
import { printable } from '../../events/reporters/reporter.js';
import { summarise } from '../../events/stats.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';
import type { AlertsConfig, JobAlert } from './alert.js';
import { commandChannel } from './command-channel.js';
import { Outbox } from './outbox.js';
import { AlertWatcher, type Finding } from './watcher.js';
import { webhookChannel } from './webhook-channel.js';

export interface AlertingOptions {
  readonly events: EventBus;
  readonly version: string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface Alerting {
  /** Says how the run ended, and waits a few seconds at most until that has arrived. */
  end(exitCode: number): Promise<void>;
}

/** Alerts from now on. */
export function startAlerts(config: Config, alerts: AlertsConfig, options: AlertingOptions): Alerting {
  const { events, version, redact } = options;
  const channels = [
    ...(alerts.command === undefined ? [] : [commandChannel(alerts.command)]),
    ...(alerts.webhook === undefined ? [] : [webhookChannel(alerts.webhook, config)]),
  ];
  const outboxes = channels.map(
    (channel) =>
      new Outbox({
        channel,
        onLost: (option, why) => events.notice('alert', redact(say.alerts.lost(option, why))),
        onBack: (option) => events.notice('alert', say.alerts.back(option)),
      }),
  );
  const watcher = new AlertWatcher(events, { ...alerts, failuresFile: config.failures, onFinding: send });
  const machine = hostname();
  const source = sourceOf(config.source);

  function send({ kind, level, text, sinceMs, error }: Finding, exitCode?: number): void {
    const { event, ...summary } = watcher.stats === undefined ? { event: 'summary' } : summarise(watcher.stats);
    const about = { command: config.command, source, to: config.to, machine };
    const alert: JobAlert = {
      ...{ event: 'alert', alert: kind, time: new Date().toISOString(), level },
      message: redact(printable(say.alerts.line(about, text))),
      machine,
      command: config.command,
      ...(source !== undefined && { source }),
      to: config.to,
      version,
      ...(error !== undefined && { code: error.code }),
      ...(exitCode !== undefined && { exitCode }),
      ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
      ...(watcher.stats !== undefined && { summary: summary as JobAlert['summary'] & object }),
    };
    for (const outbox of outboxes) outbox.add(alert);
  }

  return {
    async end(exitCode) {
      watcher.end();
      const { stats, error } = watcher;
      // 0: all is well; 1: the run is complete, and some objects failed or differ.
      if (exitCode <= 1) {
        const text = say.alerts.finished(stats ?? NOTHING, config.command);
        send({ kind: 'finished', level: exitCode === 0 ? 'info' : 'warn', text }, exitCode);
      } else {
        const text = error === undefined ? say.alerts.interrupted : say.alerts.stopped(error.message, error.code);
        send({ kind: 'stopped', level: 'error', text, ...(error !== undefined && { error }) }, exitCode);
      }
      await Promise.all(outboxes.map((outbox) => outbox.end()));
    },
  };
}

const NOTHING = { stored: 0, skipped: 0, gone: 0, failed: 0, bytes: 0 };

/** Undefined where lines are compared without a server. */
function sourceOf({ scheme, bucket, prefix }: Config['source']): string | undefined {
  return bucket === '' ? undefined : `${scheme}://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
}
