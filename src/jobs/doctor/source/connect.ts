/** The way to a server, step by step: name, connection, certificate. It sends no request. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls';
import { newContact } from '../../../http/contact.js';
import { httpError } from '../../../http/errors.js';
import { say } from '../../../texts/say.js';
import { type Check, ok, problem, warning } from '../check.js';
import type { DoctorSource } from '../doctor-options.js';

const DAY_MS = 86_400_000;
/** A copy may take days, and someone has to renew a certificate by hand. */
const EXPIRES_SOON_DAYS = 14;

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Ends with the first step that fails. `signal` closes the connection. */
export async function checkConnection(
  origin: string,
  { proxyFor, ca, isInsecure }: Pick<DoctorSource, 'proxyFor' | 'ca' | 'isInsecure'>,
  signal: AbortSignal,
): Promise<Check[]> {
  const proxy = proxyFor(origin);
  const place = placeOf(proxy ?? origin);
  const { checks, failed } = await checkName(origin, place, proxy);
  if (failed) return checks;
  try {
    const { socket, tookMs } = await connected(() => connectTcp(place), 'connect', signal);
    socket.destroy();
    const data = { origin, ...place, proxy: proxy === undefined ? undefined : hostOf(proxy), tookMs: round(tookMs) };
    const where = `${place.host}:${place.port}`;
    const texts = say.doctor.connect;
    const message = proxy ? texts.proxied(origin, where, round(tookMs)) : texts.open(origin, where, round(tookMs));
    checks.push(ok('connect', message, data));
  } catch (error) {
    return [...checks, unreachable('connect', error, { origin, proxy })];
  }
  // Behind a proxy the certificate is seen only by the requests, and they check it.
  if (origin.startsWith('https:') && proxy === undefined)
    checks.push(await checkCertificate(origin, { place, ca, isInsecure, signal }));
  return checks;
}

async function checkName(origin: string, { host }: Place, proxy: string | undefined) {
  if (isIP(host) !== 0) return { checks: [] as Check[], failed: false };
  const since = performance.now();
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    const tookMs = round(performance.now() - since);
    const message = say.doctor.connect.name(host, addresses.length, tookMs);
    return { checks: [ok('dns', message, { host, addresses, tookMs })], failed: false };
  } catch (error) {
    return { checks: [unreachable('dns', error, { origin, proxy })], failed: true };
  }
}

function unreachable(check: string, error: unknown, at: { origin: string; proxy: string | undefined }): Check {
  const failure = httpError(error, at.origin);
  const { proxy } = newContact(at.origin, at.proxy);
  // The message has its advice; only the proxy is not in it.
  const advice = proxy === undefined ? undefined : say.network.proxy.asked(proxy);
  return problem(check, failure.message, advice, { origin: at.origin, code: failure.code });
}

/** Shows the certificate also when it is not valid. */
async function checkCertificate(
  origin: string,
  { place, ca, isInsecure, signal }: { place: Place; ca: string | undefined; isInsecure: boolean; signal: AbortSignal },
): Promise<Check> {
  const open = (): TLSSocket =>
    connectTls({
      ...place,
      // SNI takes no IP address (RFC 6066, 3).
      servername: isIP(place.host) === 0 ? place.host : '',
      rejectUnauthorized: false,
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      ALPNProtocols: ['http/1.1'],
    });
  let socket: TLSSocket;
  let tookMs: number;
  try {
    ({ socket, tookMs } = await connected(open, 'secureConnect', signal));
  } catch (error) {
    const failure = httpError(error, origin);
    const advice = failure.code === 'ERR_TLS' ? undefined : say.doctor.connect.tlsAdvice;
    return problem('certificate', failure.message, advice, { origin, code: failure.code });
  }
  const { valid_to, issuer } = socket.getPeerCertificate();
  // Node gives the code of the error (its types say: an Error).
  const error = socket.authorized ? undefined : String(socket.authorizationError ?? 'unknown');
  const protocol = socket.getProtocol() ?? 'TLS';
  socket.destroy();
  const validUntil = Number.isNaN(Date.parse(valid_to)) ? undefined : new Date(valid_to);
  const days = validUntil === undefined ? undefined : Math.floor((validUntil.getTime() - Date.now()) / DAY_MS);
  const data = { origin, protocol, issuer: nameOf(issuer), validUntil, days, error, tookMs: round(tookMs) };
  const texts = say.doctor.connect;
  const message = texts.certificate(origin, {
    protocol,
    issuer: nameOf(issuer),
    until: validUntil?.toISOString().slice(0, 10) ?? '?',
    days: days ?? 0,
  });
  if (error !== undefined && !isInsecure)
    return problem('certificate', texts.notTrusted(message, error), texts.notTrustedAdvice, data);
  if (isInsecure) return warning('certificate', message, texts.insecure, data);
  if (days !== undefined && days < EXPIRES_SOON_DAYS) return warning('certificate', message, texts.expiresSoon, data);
  return ok('certificate', message, data);
}

function nameOf(issuer: { O?: string | string[]; CN?: string | string[] } | undefined): string {
  // The text comes from the server.
  return String(issuer?.O ?? issuer?.CN ?? '?').slice(0, 60);
}

/** Resolves with the socket at this event. Rejects with its error, or when the signal aborts. */
function connected<S extends Socket>(
  open: () => S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<{ socket: S; tookMs: number }> {
  return new Promise((resolve, reject) => {
    const since = performance.now();
    const socket = open();
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    // Stays: an error may follow after the socket is open.
    socket.on('error', reject);
    socket.once(event, () => resolve({ socket, tookMs: performance.now() - since }));
  });
}

function placeOf(url: string): Place {
  const { protocol, hostname, port } = new URL(url);
  const standard = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) };
}

/** Without the name and the password of a proxy. */
function hostOf(url: string): string {
  return new URL(url).host;
}

function round(ms: number): number {
  return Math.round(ms);
}
