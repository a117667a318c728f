// TLS in front of a plain server, with a certificate that nobody trusts unless told to, and an HTTP proxy.

import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** Self-signed, for localhost and 127.0.0.1, until 2126. Its key is good for nothing else. */
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUDb+smJlAgAKQvdr
II1jeo/ZbPA0xV+RYoN34ZyM6OyhRANCAAT6Rql1MSnOZbgZOM8jtR6xXDvOnD9s
ulryRxibyDZ9tWRBawod/LxEUisVozAa0PWBOu4ERqWoJ7bFftYSgxd4
-----END PRIVATE KEY-----
`;
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUCQKHhclp/HePjIwnP/kOLl2HbsMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTExMjkxMFoYDzIxMjYxMTAx
MTEyOTEwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT6Rql1MSnOZbgZOM8jtR6xXDvOnD9sulryRxibyDZ9tWRBawod/LxE
UisVozAa0PWBOu4ERqWoJ7bFftYSgxd4o28wbTAdBgNVHQ4EFgQUa0oJoIFUuLaQ
t30cqh2BlWSRBXUwHwYDVR0jBBgwFoAUa0oJoIFUuLaQt30cqh2BlWSRBXUwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgOtxonJ5poMB7EDx2UbCF6crkzRxnAhJiiRmtcoXZ1Q8CIQD+
4KWevdx5oM09SRgXeOxsvtPIQA2DrDcmA6G65LTJxg==
-----END CERTIFICATE-----
`;

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
  }
}

/** An origin that speaks TLS and passes everything on to a plain one. */
export async function tlsFront(t: TestContext, endpoint: string, options: TlsOptions = {}): Promise<string> {
  const { port } = new URL(endpoint);
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE, ...options }, (socket) =>
    join(socket, connect(Number(port), '127.0.0.1')),
  );
  return `https://127.0.0.1:${await listening(t, server)}`;
}

export interface SeenByProxy {
  readonly method: string;
  /** `http://host/…`, or `host:port` of a tunnel. */
  readonly target: string;
  readonly authorization: string | undefined;
}

/** A proxy that notes what it is asked for; with `refuses` it answers 407. */
export async function httpProxy(t: TestContext, { refuses = false } = {}) {
  const seen: SeenByProxy[] = [];
  const note = (method: string, target: string, headers: IncomingHttpHeaders) =>
    seen.push({ method, target, authorization: headers['proxy-authorization'] });
  const server = createServer((req, res) => {
    note(req.method!, req.url!, req.headers);
    if (refuses) {
      res.writeHead(407).end();
      return;
    }
    const { hostname, port, pathname, search } = new URL(req.url!);
    const onward = request(
      { hostname, port, path: pathname + search, method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  server.on('connect', (req, socket: Socket) => {
    note('CONNECT', req.url!, req.headers);
    if (refuses) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host, port] = req.url!.split(':');
    const onward = connect(Number(port), host!, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    join(socket, onward);
  });
  return { seen, port: await listening(t, server) };
}
