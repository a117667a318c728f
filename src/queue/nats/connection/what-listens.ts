/** Finds out what listens at an address without a NATS server; only for the error message. */
import { connect } from 'node:net';

/** A NATS server sends its greeting at once. */
const ANSWER_TIMEOUT_MS = 1_500;

/** A sentence about what listens at `server`. Undefined when it may be a NATS server. */
export function whatListens(server: string): Promise<string | undefined> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    let said = '';
    let isConnected = false;
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(sentenceOf(said, isConnected));
    };
    const timer = setTimeout(end, ANSWER_TIMEOUT_MS);
    socket.once('connect', () => {
      isConnected = true;
      // A web server answers this, and a NATS server ignores it.
      socket.write('GET / HTTP/1.0\r\n\r\n');
    });
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (said.length >= 5) end();
    });
    socket.once('error', end);
    socket.once('close', end);
  });
}

function sentenceOf(said: string, isConnected: boolean): string | undefined {
  if (/^INFO/.test(said)) return undefined;
  if (/^HTTP/.test(said))
    return 'a web server listens there: check the port (that of clients is 4222, unless configured otherwise)';
  if (/^\u0015\u0003/.test(said))
    return 'a server listens there that speaks only TLS, and is no NATS server: check the port';
  return isConnected
    ? 'what listens there does not speak as a NATS server does: check the host and the port'
    : undefined;
}
