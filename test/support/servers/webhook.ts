// A server that takes webhooks: it keeps what it was sent, and answers as the test says.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface WebhookServer {
  readonly origin: string;
  readonly received: Received[];
  /** Bodies of the alerts of our own form, by kind. */
  of(kind: string): Record<string, unknown>[];
  /** @default 200 `ok` */
  answer: (response: ServerResponse) => void;
}

export async function startWebhookServer(t: TestContext): Promise<WebhookServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    received.push({ path: request.url!, headers: request.headers, text, body: JSON.parse(text) });
    hook.answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const hook: WebhookServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    of: (kind) => received.map(({ body }) => body).filter(({ alert }) => alert === kind),
    answer: (response) => void response.end('ok'),
  };
  return hook;
}
