/** Chooses the proxy for an origin, by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY (upper or lower case) and NO_PROXY. */
import { getProxyForUrl } from 'proxy-from-env';

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
  return `${variableFor(origin).name}: expected the URL of an HTTP proxy, such as http://HOST:PORT; ${why} (unset it, or name ${new URL(origin).hostname} in NO_PROXY, to go without)`;
}

function wrongIn(proxy: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(proxy.trim())?.[1];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return `${scheme}:// is none`;
  if (!URL.canParse(proxy)) return 'this is no URL';
  const { port, pathname, search, hash, username, password } = new URL(proxy);
  if (port === '0') return 'port 0 is none';
  if (pathname !== '/' || search !== '' || hash !== '') return 'this one has a path';
  try {
    decodeURIComponent(username + password);
  } catch {
    return 'a % in its name or password has to be written %25';
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
