/** A small POST request to a server that is no SOURCE, by undici: its speed does not matter, and proxies work. */
import { createRequire } from 'node:module';
import { rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';

export interface PostNetwork {
  /** The URL of the proxy for an origin, if there is one. */
  readonly proxyFor: (origin: string) => string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** At most some thousand characters. */
  readonly text: string;
}

const ANSWER_CHARACTERS = 4_096;

/** Sends to one origin, on one connection. A redirect is an answer like any other. Rejects with the error of the connection. */
export function poster(origin: string, network: PostNetwork): (post: Post) => Promise<PostAnswer> {
  let dispatcher: Dispatcher | undefined;
  return async ({ url, headers, body, signal }) => {
    dispatcher ??= agentFor(origin, network);
    const answer = await undici().request(url, { dispatcher, method: 'POST', headers, body, signal });
    let text = '';
    for await (const chunk of answer.body) {
      text += String(chunk);
      if (text.length >= ANSWER_CHARACTERS) break;
    }
    return { status: answer.statusCode, text: text.slice(0, ANSWER_CHARACTERS) };
  };
}

/** Loaded on demand: undici has a hundred modules. With `import` its exports are sometimes undefined (Node 20). */
function undici(): typeof import('undici') {
  return createRequire(import.meta.url)('undici') as typeof import('undici');
}

function agentFor(origin: string, { proxyFor, ca }: PostNetwork): Dispatcher {
  const { Agent, ProxyAgent } = undici();
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const proxy = proxyFor(origin);
  if (proxy === undefined) return new Agent({ connect: tls, connections: 1 });
  return new ProxyAgent({ uri: proxy, requestTls: tls, proxyTls: tls, connections: 1 });
}
