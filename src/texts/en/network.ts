/** Errors of connections, answers, pauses and limits: what lies between this machine and the server. */
import { localTime } from '../../lib/text/local-time.js';
import { formatCount, formatSeconds } from '../../lib/text/units.js';

/** What a failed connection or an answer was about: `GET /bucket/key`. */
const about = (what: string, why: string) => `${what}: ${why}`;

/** Why no connection came about. `at` is a host, or an address with its port; '' if that is not known. */
const connecting = {
  refused: (at: string, code: string) =>
    `${at || 'the server'} refuses connections (${code}). Check the host and the port, and that the server runs`,
  unknownName: (host: string, code: string) =>
    `the DNS of this machine does not know the name ${host || 'of the server'} (${code}). Check how it is spelled`,
  noLookup: (host: string, code: string) =>
    `the DNS of this machine does not answer for the name ${host || 'of the server'} (${code}). Check the network and the DNS of this machine`,
  noRoute: (at: string, code: string) =>
    `this machine has no route to ${at || 'the server'} (${code}). Check its network`,
  noAddress: (code: string) =>
    `this machine has no free address or port for another connection (${code}). Lower --max-connections`,
  notPublic: (address: string) =>
    `its address ${address} is none of the public internet, and --untrusted allows no other, so nothing was sent to it`,
  silent: (seconds: number) =>
    `no connection within ${seconds} s. Check the host and the port; a firewall may drop what this machine sends`,
  timedOut: (at: string, code: string) =>
    `${at || 'the server'} did not react in time (${code}). Check the network; a firewall may drop what this machine sends`,
};

/** Why the connection cannot be encrypted. */
const tls = {
  notSpoken: 'the server does not speak TLS there. Check the port, or give http:// instead of https://',
  refused: (code: string) =>
    `the server refuses the TLS connection (${code}): it takes another version or other ciphers, does not know the host name, or wants a certificate from its clients. Check the host and the port`,
  onlyTls: 'the server speaks only TLS there. Give https:// instead of http://',
  expired: (code: string) =>
    `the server's certificate is not trusted: it has expired (${code}). Check the clock of this machine; if it is right, the server needs a new certificate`,
  notYetValid: (code: string) =>
    `the server's certificate is not trusted: it is not valid yet (${code}). Check the clock of this machine`,
  otherName: (code: string) =>
    `the server's certificate is not trusted: it is for another name (${code}). Check the host that you gave`,
  selfSigned: (code: string) =>
    `the server's certificate is not trusted: no authority has signed it (${code}). If it is the right server, give its certificate with --ca-cert`,
  unknownAuthority: (code: string) =>
    `the server's certificate is not trusted: this machine does not know who has signed it (${code}). Give the certificate of that authority with --ca-cert`,
  other: (code: string) => `the server's certificate is not trusted (${code}). Check the host, the clock and --ca-cert`,
};

const proxy = {
  login:
    'the proxy answered with HTTP 407: it does not accept the user name or the password in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY',
  refused: (status: string) =>
    `the proxy answered with HTTP ${status} and did not connect. Ask whether it allows this host, or name the host in NO_PROXY`,
  asked: (address: string) => `Sluice asks through the proxy ${address}: check HTTP_PROXY and HTTPS_PROXY, too`,
  problem: (variable: string, why: string, host: string) =>
    `${variable}: expected the URL of an HTTP proxy, such as http://HOST:PORT, but ${why}. To go without a proxy, unset it or name ${host} in NO_PROXY`,
  otherScheme: (scheme: string) => `${scheme}:// is none`,
  noUrl: 'this is no URL',
  portZero: 'port 0 is none',
  hasPath: 'this one has a path',
  percent: 'a % in its user name or password has to be written %25',
};

/** What went wrong after the connection. */
const answer = {
  /** `detail` is what the server says itself. */
  status: (status: number, detail: string) =>
    `the server answered HTTP ${status}${detail === '' ? '' : ` (${detail})`}`,
  redirect: (status: number, to: string) =>
    `the server answered HTTP ${status} and sends the request on to ${to}. Sluice does not follow: give the right --endpoint or --domain`,
  reset: (code: string) =>
    `the connection broke (${code}): the server, or a device on the way, closed it. Check the network if this goes on`,
  closed: 'the server closed the connection before the answer was complete. Check the network if this goes on',
  failed: (detail: string) => `the connection failed: ${detail}. Check the network if this goes on`,
  late: (seconds: number) => `no answer within ${seconds} s. Raise --timeout if the line is slow`,
  stopped: (seconds: number) => `the body stopped: no byte for ${seconds} s. Raise --timeout if the line is slow`,
  slow: (bytesPerSecond: number, seconds: number) =>
    `the body is too slow: less than ${bytesPerSecond} bytes/s for ${seconds} s. Raise --timeout, or lower --max-connections`,
  notHttp: (detail: string) => `the answer is not HTTP: ${detail}. Check the host and the port`,
  tooLong: (bytes: number) => `the answer is longer than the ${bytes} bytes that it may have`,
  interim: (limit: number) => `the server sent ${limit} interim answers and no final one`,
  truncated: (received: number, promised: number | undefined) =>
    `the body ended after ${received}${promised === undefined ? '' : ` of ${promised}`} bytes`,
};

/** A server has not answered anything since the run began. */
const contact = {
  none: (where: string, why: string) =>
    `${where} has given no answer in this run: ${why}. What was not tried stays to be done: run the same command again`,
  otherReason: (message: string) => `${message}. Check the address`,
  closes: 'it closes connections without an answer. Check the port',
  closesPlain: 'it closes connections without an answer. Does it want https:// there? Check the port, too',
  noHttp: (why: string) => `Sluice cannot read what it answers (${why})`,
  noHttpPlain: (why: string) => `Sluice cannot read what it answers (${why}). Does it want https://?`,
  silent: 'it takes connections and answers nothing. Check the host and the port',
  silentPlain: 'it takes connections and answers nothing. Check the host and the port, and whether it wants https://',
};

const outage = {
  listings: 'listings',
  objects: 'objects',
  down: (requests: string, sinceMs: number, why: string) =>
    `the server of the ${requests} has been unreachable since ${localTime(sinceMs)}: ${why}. Sluice waits and asks again at least every 30 s; no object fails by this`,
  up: (requests: string, downMs: number) =>
    `the server of the ${requests} answers again after ${formatSeconds(downMs / 1000)}. The copy goes on`,
  ofOther: 'another machine of this job gets no answer from the server',
};

/** One server of many. */
const hosts = {
  down: (origin: string, sinceMs: number, why: string) =>
    `${origin} has not answered since ${localTime(sinceMs)}: ${why}. Its objects wait, and Sluice asks again. The other servers are not affected`,
  manyDown: (count: number) =>
    `${formatCount(count)} servers did not answer so far. Sluice does not name further ones here; the failures file has them`,
  up: (origin: string, downMs: number) => `${origin} answers again after ${formatSeconds(downMs / 1000)}`,
  gaveUp: (origin: string, downMs: number) =>
    `${origin} has not answered for ${formatSeconds(downMs / 1000)} (--host-wait), and other servers have. Its objects count as failed; when it answers again, fetch the failures file`,
  givenUp: (origin: string, sinceMs: number, why: string) =>
    `${origin} has not answered since ${localTime(sinceMs)}: ${why}. Sluice did not wait longer (--host-wait)`,
  notUsable: (origin: string, why: string) => `Sluice cannot use ${origin}: ${why}`,
  noneAnswers: (why: string) =>
    `none of the servers in the list has answered: ${why}. Check the network of this machine, and the URLs. Then run the same command again`,
};

export const network = {
  hosts,
  about,
  connecting,
  tls,
  proxy,
  answer,
  contact,
  outage,
  recycled: (origin: string) => `nothing moved, so Sluice closed all connections to ${origin} and opens new ones`,
  ended: (origin: string) => `Sluice closed the connections to ${origin}, because the run ends`,
  stalled: (times: number, stallMs: number) =>
    `nothing has moved for ${times} times ${Math.round(stallMs / 100) / 10} s, although Sluice opened all connections again. The messages above say what it waited for. What is stored stays: run the same command again`,
  openFiles: (detail: string) =>
    `too many files are open (${detail}). Sluice waits, uses fewer connections and goes on, so no object is lost. It is faster with a higher limit (ulimit -n)`,
  tooManyFiles: (detail: string) =>
    `too many files are open (${detail}). What is stored stays. Raise the limit (ulimit -n), then run the same command again`,
  shortFile: (detail: string) => `${detail}. Did another program write into .sluice? Run the same command again`,
  unexpected: (detail: string) => `unexpected error: ${detail}`,
};
