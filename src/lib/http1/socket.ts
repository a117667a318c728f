/** A socket to the origin that reads into memory of the caller, so that a read allocates nothing. */
import { connect as connectTcp, isIP, type LookupFunction, Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { type AddressCheck, checkedLookup, refusedAddress } from './address-check.js';

/** After this silence the kernel probes whether the peer is alive. */
const PROBE_AFTER_MS = 60_000;

export interface Origin {
  readonly host: string;
  readonly port: number;
  /** undefined = plain TCP. */
  readonly tls?: TlsOptions | undefined;
  /** Which addresses may be connected to. @default any */
  readonly accepts?: AddressCheck | undefined;
  /** @default the system's */
  readonly lookup?: LookupFunction | undefined;
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
export function openSocket(
  { host, port, tls, accepts, lookup }: Origin,
  { onConnect, nextBuffer, onRead }: SocketHandlers,
): Socket {
  // An address is not looked up.
  if (accepts !== undefined && isIP(host) !== 0 && !accepts(host)) return new Socket().destroy(refusedAddress(host));
  const onread = {
    buffer: nextBuffer,
    callback: (length: number, { buffer, byteOffset }: Uint8Array) => {
      onRead(Buffer.from(buffer as ArrayBuffer, byteOffset, length));
      return true;
    },
  };
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  const looking = accepts === undefined ? lookup && { lookup } : { lookup: checkedLookup(accepts, lookup) };
  const options: TcpNetConnectOpts = { host, port, noDelay: true, ...keepAlive, onread, ...looking };
  if (tls === undefined) return checked(connectTcp(options), accepts).once('connect', onConnect);
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
  return checked(socket, accepts).once('secureConnect', onConnect);
}

/** Looks at the address of the connection itself, before anything is sent on it. */
function checked(socket: Socket, accepts: AddressCheck | undefined): Socket {
  if (accepts === undefined) return socket;
  return socket.prependOnceListener('connect', () => {
    const { remoteAddress = '' } = socket;
    if (!accepts(remoteAddress)) socket.destroy(refusedAddress(remoteAddress));
  });
}
