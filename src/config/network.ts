/** How the server is reached: through which proxy, and whose certificates are trusted. */
import { readFileSync } from 'node:fs';
import { getProxyForUrl } from 'proxy-from-env';

export interface Network {
  readonly proxyFor: (origin: string) => string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
}

export const INSECURE =
  '--insecure: no certificate is checked; whoever sits on the line can read and change everything';

interface NetworkValues {
  endpoint?: string | undefined;
  domain?: string | undefined;
  caCert?: string | undefined;
  insecure?: boolean | undefined;
}

/** `isFlag`: --insecure stands on the command line. Adds to `problems`. */
export function readNetwork(
  { endpoint, domain, caCert, insecure }: NetworkValues,
  { isFlag, problems }: { isFlag: boolean; problems: string[] },
): Network {
  if (insecure === true && !isFlag) {
    problems.push('insecure: give it as the flag --insecure; a variable or a file is forgotten too easily');
  }
  for (const origin of [endpoint, domain]) {
    // Its URL may hold a password, so it is not shown.
    if (origin !== undefined && !isProxy(getProxyForUrl(origin))) {
      problems.push(`the proxy for ${origin} (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) has to be a URL of http or https`);
    }
  }
  return {
    proxyFor: (origin) => getProxyForUrl(origin) || undefined,
    ca: caCert === undefined ? undefined : readCertificates(caCert, problems),
    isInsecure: insecure ?? false,
  };
}

function isProxy(url: string): boolean {
  return url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
}

function readCertificates(path: string, problems: string[]): string | undefined {
  try {
    const pem = readFileSync(path, 'utf8');
    if (/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(pem)) return pem;
    problems.push(`--ca-cert: ${path} holds no certificate (PEM)`);
  } catch (error) {
    problems.push(`--ca-cert: ${(error as Error).message}`);
  }
  return undefined;
}
