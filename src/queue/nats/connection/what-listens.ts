/** Finds out what listens at an address without a NATS server; only for the error message. */

import { connect } from 'node:net';
import { say } from '../../../texts/say.js';

/** A NATS server sends its greeting at once. */
const ANSWER_TIMEOUT_MS = 1_500;

/** A sentence about what listens at `server`. Undefined when it may be a NATS server. */
export function whatListens(server: string): Promise<string | undefined> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    let said = '';
    let isConnected = false;
    let isRefused = false;
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isRefused ? say.queue.unusable.refused : sentenceOf(said, isConnected));
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
    socket.once('error', (error: NodeJS.ErrnoException) => {
      isRefused = error.code === 'ECONNREFUSED';
      end();
    });
    socket.once('close', end);
  });
}

function sentenceOf(said: string, isConnected: boolean): string | undefined {
  if (/^INFO/.test(said)) return undefined;
  const { unusable } = say.queue;
  if (/^HTTP/.test(said)) return unusable.webServer;
  if (/^\u0015\u0003/.test(said)) return unusable.onlyTls;
  return isConnected ? unusable.noNats : undefined;
}
