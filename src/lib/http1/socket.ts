/** A socket to the origin that reads into memory of the caller, so that a read allocates nothing. */
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';

/** After this silence the kernel probes whether the peer is alive. */
const PROBE_AFTER_MS = 60_000;

export interface Origin {
  readonly host: string;
  readonly port: number;
  /** undefined = plain TCP. */
  readonly tls?: TlsOptions | undefined;
}

export interface TlsOptions {
  readonly context: SecureContext;
  readonly isInsecure: boolean;
  /** TLS session of an earlier connection: saves a round trip. This module updates it. */
  session?: Buffer | undefined;
}

export interface SocketHandlers {
  onConnect: () => void;
  /** Memory for the next read. Called before the first read and after each read. */
  nextBuffer: () => Uint8Array;
  /** Called with the bytes that were read. */
  onRead: (bytes: Buffer) => void;
}

/** Opens a socket and begins to connect. */
export function openSocket({ host, port, tls }: Origin, { onConnect, nextBuffer, onRead }: SocketHandlers): Socket {
  const onread = {
    buffer: nextBuffer,
    callback: (length: number, { buffer, byteOffset }: Uint8Array) => {
      onRead(Buffer.from(buffer as ArrayBuffer, byteOffset, length));
      return true;
    },
  };
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  const options: TcpNetConnectOpts = { host, port, noDelay: true, ...keepAlive, onread };
  if (tls === undefined) return connectTcp(options).once('connect', onConnect);
  const socket = connectTls({
    ...options,
    secureContext: tls.context,
    rejectUnauthorized: !tls.isInsecure,
    session: tls.session,
    ALPNProtocols: ['http/1.1'],
    // SNI takes no IP address (RFC 6066, 3).
    servername: isIP(host) === 0 ? host : '',
  });
  socket.on('session', (session) => {
    tls.session = session;
  });
  return socket.once('secureConnect', onConnect);
}
