/** Chooses the proxy for an origin, by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY (upper or lower case) and NO_PROXY. */
import { getProxyForUrl } from 'proxy-from-env';
import { say } from '../texts/say.js';

/** The proxy's URL; undefined = none. */
export function proxyFor(origin: string): string | undefined {
  const proxy = getProxyForUrl(origin);
  if (proxy === '') return undefined;
  // As in other programs: HTTPS_PROXY=host:3128 means a proxy for https requests, not TLS to the proxy.
  return variableFor(origin).value.includes('://') ? proxy : proxy.replace(/^https?:/, 'http:');
}

/** What is wrong with the proxy of an origin. The text leaves out its URL, since that may contain a password. */
export function proxyProblem(origin: string): string | undefined {
  const proxy = proxyFor(origin);
  const why = proxy === undefined ? undefined : wrongIn(proxy);
  if (why === undefined) return undefined;
  return say.network.proxy.problem(variableFor(origin).name, why, new URL(origin).hostname);
}

function wrongIn(proxy: string): string | undefined {
  const { proxy: texts } = say.network;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(proxy.trim())?.[1];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return texts.otherScheme(scheme);
  if (!URL.canParse(proxy)) return texts.noUrl;
  const { port, pathname, search, hash, username, password } = new URL(proxy);
  if (port === '0') return texts.portZero;
  if (pathname !== '/' || search !== '' || hash !== '') return texts.hasPath;
  try {
    decodeURIComponent(username + password);
  } catch {
    return texts.percent;
  }
  return undefined;
}

/** The variable that applies, in the order of the library. */
function variableFor(origin: string): { name: string; value: string } {
  const scheme = new URL(origin).protocol.replace(':', '');
  for (const kind of [scheme, 'all']) {
    for (const name of [`${kind}_proxy`, `${kind}_proxy`.toUpperCase()]) {
      const value = process.env[name];
      if (value) return { name, value };
    }
  }
  return { name: 'HTTP_PROXY', value: '' };
}
