/**
 * Tokens of the CDN's anti-leech (`_upt`, docs: cdn/config.md 6.5): a secret of the domain signs the path and a time after which
 * the link is worth nothing.
 */
import { createHash } from 'node:crypto';
import { isShortOfFiles } from '../../errors.js';
import { readSecretFile } from '../../lib/secrets/secret-file.js';
import { bareFile } from '../../lib/secrets/secret-text.js';
import { say } from '../../texts/say.js';
import { type DateForm, ServerClock } from '../server-clock.js';

/** `decodedPath`: with its leading slash and its `!version`, without a query. */
export function cdnToken(secret: string, expireSeconds: number, decodedPath: string): string {
  const digest = createHash('md5').update(`${secret}&${expireSeconds}&${decodedPath}`).digest('hex');
  return digest.slice(12, 20) + expireSeconds;
}

const UNIX_SECONDS: DateForm = { write: (ms) => String(ms / 1000), read: (date) => Number(date) * 1000 };

/** Signs paths of one domain, by the server's time once it is known. */
export class CdnTokens {
  /** The server has taken a token: a later refusal is about that object. */
  isProven = false;
  readonly #clock: ServerClock;
  readonly #secret: string;
  readonly #validSeconds: number;

  constructor({ secret, validMs, nowMs }: { secret: string; validMs: number; nowMs?: () => number }) {
    this.#secret = secret;
    this.#validSeconds = Math.ceil(validMs / 1000);
    this.#clock = new ServerClock(UNIX_SECONDS, nowMs);
  }

  /** The time to sign with, in seconds since 1970. */
  date(): string {
    return this.#clock.date();
  }

  /** The path as it is sent, with its token. */
  sign(path: string, date: string): string {
    return `${path}?_upt=${cdnToken(this.#secret, Number(date) + this.#validSeconds, decodeURIComponent(path))}`;
  }

  /** After a refusal: whether signing again is worth a try, since the clocks differ. */
  learn(replyDate: string | undefined, date: string): boolean {
    return this.#clock.learn(replyDate, date);
  }
}

/** Reads the file of `--cdn-token-file`: the secret alone. Neither a problem nor a warning shows anything of it. */
export function readTokenSecret(file: string): { secret?: string; problem?: string; warnings: string[] } {
  const texts = say.sources.upyun.token;
  const warnings: string[] = [];
  try {
    const { text, isOpen } = readSecretFile(file);
    const secret = bareFile(text, () => warnings.push(say.sources.stripped(`--cdn-token-file ${file}`)));
    if (isOpen) warnings.push(say.sources.upyun.credentials.isOpen(file));
    if (secret === '' || /[\r\n]/.test(secret)) return { problem: texts.form(file), warnings };
    return { secret, warnings };
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    // If the file does not exist, the text may be the secret itself.
    const name = /[./]/.test(file) ? ` ${file}` : '';
    return { problem: texts.noFile(name, String((error as NodeJS.ErrnoException).code)), warnings };
  }
}
