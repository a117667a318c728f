/** An alert as the body of a webhook: our own JSON, or a message of a chat. */
import { createHmac } from 'node:crypto';
import { say } from '../../texts/say.js';
import type { JobAlert, WebhookConfig, WebhookForm } from './alert.js';

/** By the host of the webhook: what its makers have documented. */
const HOSTS: Readonly<Record<string, WebhookForm>> = {
  'oapi.dingtalk.com': 'dingtalk',
  'qyapi.weixin.qq.com': 'wecom',
  'hooks.slack.com': 'slack',
};

export function formOf(url: string): WebhookForm {
  return HOSTS[new URL(url).hostname] ?? 'json';
}

/** Shorter parts of a URL are words, and no tokens. */
const TOKEN_CHARACTERS = 8;

/** What must not be shown of a webhook, by names that say so: its URL, each part of it that may be a token, and its secret. */
export function secretsOfWebhook({ url, secret }: WebhookConfig): Readonly<Record<string, string>> {
  const { pathname, searchParams, username, password } = new URL(url);
  const parts = [...pathname.split('/').map(decoded), ...searchParams.values(), decoded(username), decoded(password)];
  const tokens = parts.filter(({ length }) => length >= TOKEN_CHARACTERS);
  const named = tokens.map((token, index) => [`token${index}`, token]);
  return { secretUrl: url, ...Object.fromEntries(named), ...(secret !== undefined && { secret }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function webhookRequest({ url, form, secret }: WebhookConfig, alert: JobAlert, nowMs: number): WebhookRequest {
  const body = JSON.stringify(bodyOf(form, alert));
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'sluice' };
  if (secret === undefined) return { url, headers, body };
  if (form === 'dingtalk') return { url: signedForDingtalk(url, secret, nowMs), headers, body };
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { url, headers: { ...headers, 'x-sluice-signature': `sha256=${signature}` }, body };
}

/**
 * Of a robot with a signature (open.dingtalk.com, "Custom robot security settings"): the base64 of an HMAC-SHA256 over the time
 * and the secret.
 */
function signedForDingtalk(url: string, secret: string, nowMs: number): string {
  const signed = new URL(url);
  signed.searchParams.set('timestamp', String(nowMs));
  signed.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'));
  return signed.href;
}

/** WeCom takes 2,048 bytes of text, DingTalk 20,000, Slack 40,000 characters: an alert has one line. */
const MOST_CHARACTERS = 600;

function bodyOf(form: WebhookForm, alert: JobAlert): object {
  const text = cut(say.alerts.chat(alert.level, alert.message));
  switch (form) {
    case 'dingtalk':
    case 'wecom':
      return { msgtype: 'text', text: { content: text } };
    case 'slack':
      // (The three characters that Slack gives a meaning.)
      return { text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') };
    default:
      return alert;
  }
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= MOST_CHARACTERS ? text : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

/** DingTalk and WeCom answer 200 with a number other than 0 when they do not take a message. */
export function refusalIn(form: WebhookForm, body: string): string | undefined {
  if (form !== 'dingtalk' && form !== 'wecom') return undefined;
  try {
    const { errcode, errmsg } = JSON.parse(body) as { errcode?: unknown; errmsg?: unknown };
    return errcode === 0 ? undefined : `errcode ${errcode}: ${String(errmsg).slice(0, 200)}`;
  } catch {
    return say.alerts.noJson;
  }
}
