/** How to reach the queue, and the role of this machine. Secrets come only from files or the environment. */
import { isShortOfFiles } from '../errors.js';
import type { QueueConfig } from '../jobs/run-options.js';
import { readSmallFile } from '../lib/files/small-file.js';
import { bareFile, bareSecret } from '../lib/secrets/secret-text.js';
import type { QueueAccess } from '../queue/nats/connection/queue-connection.js';
import { say } from '../texts/say.js';

/** The queue options that the user gave. */
export interface QueueValues {
  queue?: string[] | undefined;
  job?: string | undefined;
  role?: 'list' | 'fetch' | 'both' | undefined;
  fleet?: boolean | undefined;
  audit?: boolean | undefined;
  lease?: number | undefined;
  queueParts?: number | undefined;
  queueTokenFile?: string | undefined;
  queueUser?: string | undefined;
  queuePasswordFile?: string | undefined;
  queueNkeySeedFile?: string | undefined;
  queueCreds?: string | undefined;
  queueTlsCa?: string | undefined;
  queueTlsCert?: string | undefined;
  queueTlsKey?: string | undefined;
}

/** Undefined without --queue. `jobName`: the parts of its name, from SOURCE. Adds to `problems`. */
export function readQueue(
  values: QueueValues,
  { jobName, isQueueGiven, ...place }: { jobName: readonly string[] | undefined; isQueueGiven: boolean } & AccessPlace,
): QueueConfig | undefined {
  const { problems } = place;
  const access = readAccess(values, place);
  // A --queue that is wrong is not missing.
  if (access === undefined && isQueueGiven) return undefined;
  if (access === undefined) {
    const needing = (
      [
        ['--fleet', values.fleet],
        ['--audit', values.audit],
        ['--job', values.job],
      ] as const
    ).filter(([, value]) => value);
    for (const [name] of needing) problems.push(say.config.queue.needed(name));
    if (values.role !== undefined && values.role !== 'both') problems.push(say.config.queue.needed('--role'));
    return undefined;
  }
  if (values.job === undefined && jobName === undefined && problems.length === 0)
    problems.push(say.config.queue.noJobName);
  return {
    access,
    job: values.job ?? jobNameOf(jobName ?? []),
    role: values.role ?? 'both',
    areLimitsShared: values.fleet ?? false,
    isAudit: values.audit ?? false,
    leaseMs: values.lease!,
    batches: values.queueParts!,
  };
}

export interface AccessPlace {
  env: NodeJS.ProcessEnv;
  problems: string[];
  /** No warning shows a value. */
  warnings: string[];
}

/** Undefined without --queue. Adds to `problems` and `warnings`. */
export function readAccess(values: QueueValues, { env, problems, warnings }: AccessPlace): QueueAccess | undefined {
  const { queue, queueUser: user, queueCreds: creds } = values;
  const { queueTokenFile: tokenFile, queuePasswordFile: passwordFile, queueNkeySeedFile: nkeySeedFile } = values;
  if (queue === undefined) return undefined;
  const read = (option: string, file: string | undefined) => readSecret(option, file, problems);
  const stripped = (where: string) => () => warnings.push(say.sources.stripped(where));
  const secret = (option: string, file: string | undefined, variable: string) => {
    const bytes = read(option, file);
    if (bytes !== undefined) {
      const text = bareFile(bytes.toString(), stripped(`${option} ${file}`));
      if (text === '') problems.push(say.config.queue.blankSecret(option));
      return text;
    }
    return bareSecret(env[variable] ?? '', stripped(variable)) || undefined;
  };
  const token = secret('--queue-token-file', tokenFile, 'SLUICE_QUEUE_TOKEN');
  const password = secret('--queue-password-file', passwordFile, 'SLUICE_QUEUE_PASSWORD');
  if (user !== undefined && password === undefined) problems.push(say.config.queue.noPassword);
  if (passwordFile !== undefined && user === undefined) problems.push(say.config.queue.noUser);
  const ways = [token, user, nkeySeedFile, creds].filter((way) => way !== undefined);
  if (ways.length > 1)
    problems.push(say.config.oneOf(['--queue-token-file', '--queue-user', '--queue-nkey-seed-file', '--queue-creds']));
  const [ca, cert, key] = (
    [
      ['--queue-tls-ca', values.queueTlsCa],
      ['--queue-tls-cert', values.queueTlsCert],
      ['--queue-tls-key', values.queueTlsKey],
    ] as const
  ).map(([option, file]) => read(option, file)?.toString());
  if ((cert === undefined) !== (key === undefined)) problems.push(say.config.queue.certAndKey);
  const isTls = ca !== undefined || cert !== undefined;
  return {
    servers: queue,
    token,
    user,
    password: user === undefined ? undefined : password,
    nkeySeed: trimmed(inForm(read('--queue-nkey-seed-file', nkeySeedFile), NKEY_SEED, problems)),
    creds: inLines(inForm(read('--queue-creds', creds), CREDS, problems)),
    tls: isTls ? { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } : undefined,
  };
}

/** The content of a file; undefined where it cannot be used, which is then among the problems. */
export function readSecret(option: string, file: string | undefined, problems: string[]): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    const bytes = readSmallFile(file);
    if (bytes.length > 0) return bytes;
    problems.push(say.config.queue.emptyFile(option));
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    // If the file does not exist, the text may be the secret itself.
    const name = /[./]/.test(file) ? ` ${file}` : '';
    problems.push(say.config.queue.noFile(`${option}${name}`, String((error as NodeJS.ErrnoException).code)));
  }
  return undefined;
}

interface Form {
  readonly lines: readonly RegExp[];
  /** The text about it. */
  readonly problem: 'seed' | 'creds';
}

/** The seed of a user: 32 bytes, their purpose, and a checksum, in base 32 (docs of nats.io, "NKeys"). */
const SEED = /^\s*SU[A-Z2-7]{56}\s*$/m;
const NKEY_SEED: Form = { lines: [SEED], problem: 'seed' };
/** A JWT has three pieces in base 64. The first one starts like all JSON. */
const CREDS: Form = {
  lines: [/^\s*eyJ[\w-]+\.[\w-]+\.[\w-]+\s*$/m, SEED],
  problem: 'creds',
};

/** Sluice never shows the contents, valid or not. */
function inForm(bytes: Buffer | undefined, { lines, problem }: Form, problems: string[]): Buffer | undefined {
  const text = bytes?.toString() ?? '';
  if (bytes !== undefined && !lines.every((line) => line.test(text))) problems.push(say.config.queue[problem]);
  return bytes;
}

/** In the form that the library reads: without the byte order mark and the carriage returns of Windows. */
function inLines(bytes: Buffer | undefined): Uint8Array | undefined {
  return bytes === undefined
    ? undefined
    : Buffer.from(`${bytes.toString().trim()}\n`.replace(/[^\S\n]*\r?\n[^\S\n]*/g, '\n'));
}

function trimmed(bytes: Buffer | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes.toString().trim());
}

/** `photos`, `2017` → `photos-2017`: the same on all machines. */
export function jobNameOf(parts: readonly string[]): string {
  const name = parts
    .filter(Boolean)
    .join('-')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  return name.slice(0, 64) || 'job';
}
