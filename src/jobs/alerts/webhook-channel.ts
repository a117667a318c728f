/** `--webhook`: each alert as a POST request. Messages name the origin only: the rest of the URL is a secret. */
import { printable } from '../../events/reporters/reporter.js';
import { type PostNetwork, poster } from '../../http/post.js';
import { say } from '../../texts/say.js';
import type { AlertChannel, WebhookConfig } from './alert.js';
import { refusalIn, webhookRequest } from './webhook-forms.js';

export function webhookChannel(config: WebhookConfig, network: PostNetwork): AlertChannel {
  const { origin } = new URL(config.url);
  const post = poster(origin, network);
  return {
    option: `--webhook (${origin})`,
    async send(alert, signal) {
      const request = webhookRequest(config, alert, Date.now());
      const { status, text } = await post({ ...request, signal }).catch((error) => {
        throw new Error(reasonOf(error, signal));
      });
      // A redirect would carry the token to another server.
      if (status < 200 || status > 299) throw new Error(say.alerts.refused(status));
      const refusal = refusalIn(config.form, text);
      if (refusal !== undefined) throw new Error(printable(refusal));
    },
  };
}

/** Only the code: a message could have the URL in it. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return say.alerts.noAnswer;
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return say.alerts.notReached(code ?? cause?.code ?? 'error');
}
