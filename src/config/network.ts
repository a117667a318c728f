/** How to reach the server: the proxy, and the trusted certificates. */
import { isShortOfFiles } from '../errors.js';
import { proxyFor, proxyProblem } from '../http/proxies.js';
import { readSmallFile } from '../lib/files/small-file.js';
import { say } from '../texts/say.js';
import { systemText } from '../texts/system.js';

export interface Network {
  readonly proxyFor: (origin: string) => string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  readonly isInsecure: boolean;
}

interface NetworkValues {
  /** The origins that the source asks. */
  origins: readonly string[];
  caCert?: string | undefined;
  insecure?: boolean | undefined;
}

/** `isFlag`: --insecure is on the command line. Adds to `problems`. */
export function readNetwork(
  { origins, caCert, insecure }: NetworkValues,
  { isFlag, problems }: { isFlag: boolean; problems: string[] },
): Network {
  if (insecure === true && !isFlag) {
    problems.push(say.config.insecureFlag);
  }
  const wrong = origins.map(proxyProblem).filter((problem) => problem !== undefined);
  problems.push(...new Set(wrong));
  return {
    proxyFor,
    ca: caCert === undefined ? undefined : readCertificates(caCert, problems),
    isInsecure: insecure ?? false,
  };
}

/** The certificate bundle of a system has about a quarter of a megabyte. */
const CERTIFICATES_LIMIT_BYTES = 16 * 1024 * 1024;

function readCertificates(path: string, problems: string[]): string | undefined {
  try {
    const pem = readSmallFile(path, CERTIFICATES_LIMIT_BYTES).toString();
    if (/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(pem)) return pem;
    problems.push(say.config.noCertificate(path));
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    problems.push(say.config.certificatesUnreadable(path, systemText(error, path)));
  }
  return undefined;
}
