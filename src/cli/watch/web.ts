/** `--dashboard` and `--metrics`: opens their servers, and says where they are. */
import { randomBytes } from 'node:crypto';
import { ConfigError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { Watch } from '../../events/picture/watch.js';
import { jsonLine } from '../../events/reporters/json.js';
import { stamped } from '../../events/reporters/log-lines.js';
import type { WebConfig } from '../../jobs/run-options.js';
import { addressText, type ListenAddress } from '../../lib/network/listen-address.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { openWebServer, type WebServer } from '../../web/server.js';
import { print } from '../reporters.js';
import { PAGE } from '../shipped.js';

export interface Web {
  /** What is watched from now on. */
  show(watch: Watch): void;
  /** Sends a last picture to all viewers. Takes half a second at most. */
  close(): Promise<void>;
}

export interface WebIo {
  readonly isJson: boolean;
  /** Says only what the user cannot know. */
  readonly isQuiet: boolean;
  /** The process lives as long as the servers. */
  readonly isAlone?: boolean;
  /** Takes secrets out of messages. */
  readonly redact: (text: string) => string;
  /** For defects. */
  readonly events: Pick<EventBus, 'notice'>;
  /** The log file, if there is one. */
  readonly log?: { tell(event: string, fields: object): void } | undefined;
}

type Kind = 'dashboard' | 'metrics';

/** Rejects with a ConfigError when an address cannot be used; then none is open. */
export async function openWeb({ dashboard, metrics, token }: WebConfig, io: WebIo): Promise<Web> {
  const spareToken = randomBytes(24).toString('base64url');
  const onDefect = (error: unknown) => {
    const { stack = String(error) } = (error ?? {}) as Partial<Error>;
    io.events.notice('dashboard', say.web.defect(io.redact(stack)));
  };
  const open: WebServer[] = [];
  const close = async () => void (await Promise.all(open.map((server) => server.close())));
  const places = { dashboard, metrics };
  for (const kind of ['dashboard', 'metrics'] as const) {
    const address = places[kind];
    if (address === undefined) continue;
    const page = kind === 'dashboard' ? PAGE : undefined;
    const common = { token, spareToken, isAlone: io.isAlone ?? false, redact: io.redact, onDefect };
    try {
      open.push(await openWebServer({ ...common, address, page }));
    } catch (error) {
      await close();
      throw new ConfigError([say.web.notOpened(`--${kind}`, addressText(address), reasonOf(error))]);
    }
    tellPlace(kind, address, open.at(-1)!, { ...io, isTokenKnown: token !== undefined });
  }
  return {
    show: (watch) => {
      for (const server of open) server.show(watch);
    },
    close,
  };
}

/** A token that was made at random is shown here, and nowhere else: neither in JSON nor in the log file. */
function tellPlace(
  kind: Kind,
  { port }: ListenAddress,
  server: WebServer,
  { isJson, isQuiet, isTokenKnown, log }: WebIo & { isTokenKnown: boolean },
): void {
  const url = kind === 'dashboard' ? server.url : `${server.url}metrics`;
  log?.tell(kind, { message: say.web[kind](url), url });
  const secret = isTokenKnown ? undefined : server.token;
  if (isQuiet && secret === undefined && port !== 0) return;
  if (isJson) print(jsonLine(kind, 'info', { url }));
  else {
    const isScreen = process.stderr.isTTY && process.env.TERM !== 'dumb';
    const text = say.web[kind](secret === undefined ? url : withToken(kind, url, secret));
    (isScreen ? print : stamped(print))(text);
  }
}

/** The page takes the token out of its address. A program sends it as a header. */
function withToken(kind: Kind, url: string, token: string): string {
  return kind === 'dashboard' ? `${url}#token=${token}` : say.web.withHeader(url, token);
}

function reasonOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const { inUse, notAllowed, notOfThisMachine, noName } = say.web;
  if (code === 'EADDRINUSE') return inUse;
  if (code === 'EACCES') return notAllowed;
  if (code === 'EADDRNOTAVAIL') return notOfThisMachine;
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? noName : systemText(error);
}
