// A TCP server that answers with whatever bytes a test wants, for everything that no HTTP server would do.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export interface RawServer {
  readonly origin: string;
  /** Connections ever accepted. */
  connections: number;
}

/** Calls `answer` for each request's head, with the number of the request on this server. */
export async function rawServer(t: TestContext, answer: (socket: Socket, number: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    raw.connections++;
    sockets.add(socket);
    let head = '';
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      head = '';
      answer(socket, ++requests);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const raw = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: 0 };
  return raw;
}

/** An answer's head and body as they go over the wire. */
export function rawAnswer(head: string[], body = ''): string {
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
