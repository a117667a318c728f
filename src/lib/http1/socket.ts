/** A socket to the origin that reads into memory which it is given, so that nothing is allocated for a read. */
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';

/** The kernel asks a silent peer after this whether it is there. */
const PROBE_AFTER_MS = 60_000;

export interface Origin {
  readonly host: string;
  readonly port: number;
  /** None for plain TCP. */
  readonly tls?: TlsOptions | undefined;
}

export interface TlsOptions {
  readonly context: SecureContext;
  readonly isInsecure: boolean;
  /** Of an earlier connection: saves a round trip. Kept here. */
  session?: Buffer | undefined;
}

export interface SocketHandlers {
  onConnect: () => void;
  /** Memory for the next read. Asked for before the first one and after each of them. */
  nextBuffer: () => Uint8Array;
  /** What was read into it. */
  onRead: (bytes: Buffer) => void;
}

/** Begins to connect. */
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
    // An address is no name to ask for (RFC 6066, 3).
    servername: isIP(host) === 0 ? host : '',
  });
  socket.on('session', (session) => {
    tls.session = session;
  });
  return socket.once('secureConnect', onConnect);
}
