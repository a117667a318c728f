/** What an alert says. Its field names are a contract: programs read them. */
import type { Summary } from '../../events/stats.js';

export type AlertKind =
  | 'finished'
  | 'stopped'
  | 'disk-full'
  | 'disk-broken'
  | 'unreachable'
  | 'throttled'
  | 'stalled'
  | 'failures'
  | 'recovered';

export interface JobAlert {
  readonly event: 'alert';
  readonly alert: AlertKind;
  /** ISO 8601. */
  readonly time: string;
  readonly level: 'info' | 'warn' | 'error';
  /** One line for people: which job, on which machine, what happened, and what to do. */
  readonly message: string;
  readonly machine: string;
  readonly command: string;
  /** SOURCE without secrets. Absent where there is none. */
  readonly source?: string;
  readonly to: readonly string[];
  readonly version: string;
  /** Of an error that ended the run. */
  readonly code?: string;
  readonly exitCode?: number;
  /** Since when the server has not answered, or has asked to slow down. */
  readonly since?: string;
  /** Alerts of this kind that were held back since the last one. Absent when zero. */
  readonly heldBack?: number;
  /** The numbers of the run now. Absent before it has begun. */
  readonly summary?: Omit<Summary, 'event'>;
}

/** Where alerts go. Rejects when the alert did not arrive; the message has no secret. */
export interface AlertChannel {
  /** The option that names it. */
  readonly option: string;
  send(alert: JobAlert, signal: AbortSignal): Promise<void>;
}

export interface AlertsConfig {
  /** A command for the shell. */
  readonly command: string | undefined;
  readonly webhook: WebhookConfig | undefined;
  /** How long a server must not answer, or ask to slow down. */
  readonly afterMs: number;
  /** Alert when more objects of this run have failed. */
  readonly failures: number;
}

export interface WebhookConfig {
  /** A secret: robots of chats have their token in it. */
  readonly url: string;
  readonly form: WebhookForm;
  /** Signs each request. */
  readonly secret: string | undefined;
}

export const WEBHOOK_FORMS = ['json', 'dingtalk', 'wecom', 'slack'] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];
