/** Options for a job that several machines share. */
import { choice, count, duration, flag, plainName, text } from '../../lib/options/values.js';
import { type CommandName, type OptionTable, STORING } from '../../model/options/option.js';
import { queueServers } from './own-values.js';

const SHARED: readonly CommandName[] = ['list', ...STORING];
const MANAGING: readonly CommandName[] = ['status', 'jobs', 'forget', 'remove'];
const QUEUED: readonly CommandName[] = [...SHARED, 'verify', ...MANAGING];

/** Keys are the camel-case names of the flags. The help has the same order. */
export const QUEUE_OPTIONS = {
  queue: {
    value: 'URL',
    read: queueServers(),
    commands: QUEUED,
    help: "share the job with other machines over NATS JetStream: nats://HOST:PORT or tls://HOST:PORT, several with commas; the same command on each of them (of `verify`: compare this machine's share alone)",
    statusHelp: 'where the job is shared: nats://HOST:PORT or tls://HOST:PORT, several with commas',
  },
  job: {
    value: 'NAME',
    read: plainName(),
    defaultText: 'from SOURCE',
    commands: [...SHARED, 'verify', 'status', 'forget', 'remove'],
    help: 'of --queue: the name of the job; the first machine begins it, the others join it',
    statusHelp: 'the job; not needed where there is only one',
  },
  role: {
    value: 'ROLE',
    read: choice(['list', 'fetch', 'both']),
    default: 'both',
    commands: STORING,
    help: 'of --queue: what this machine does: list (or read the input), fetch, or both',
  },
  fleet: {
    read: flag(),
    commands: SHARED,
    help: 'of --queue: --bwlimit, --rate and --list-rate hold for all machines of the job together; each gets a share by its demand',
  },
  audit: {
    read: flag(),
    commands: ['mirror'],
    help: 'of --queue: list SOURCE once more in the end, and fetch whatever turns out to be missing',
  },
  lease: {
    value: 'DURATION',
    read: duration(),
    default: '60s',
    commands: SHARED,
    help: 'of --queue: a machine that is not heard of for so long loses what it had taken to the others; the machine that begins the job decides',
  },
  queueParts: {
    value: 'N',
    read: count(1, 100_000),
    default: '400',
    commands: SHARED,
    help: 'of --queue: batches (up to 1,000 objects each) that may wait before the listing waits',
  },
  tokenFile: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'of --queue: file with the token; or SLUICE_QUEUE_TOKEN',
  },
  user: {
    value: 'NAME',
    read: text('a name'),
    commands: QUEUED,
    help: 'of --queue: the user, with --password-file or SLUICE_QUEUE_PASSWORD',
  },
  passwordFile: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'of --queue: file with the password of --user',
  },
  nkeySeedFile: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'of --queue: file with the seed of an nkey',
  },
  creds: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'of --queue: credentials file (JWT and nkey)',
  },
  tlsCa: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: "of --queue: PEM file of the authority that has signed the server's certificate; makes the connection TLS",
  },
  tlsCert: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'of --queue: PEM file of the certificate that this machine shows',
  },
  tlsKey: { value: 'FILE', read: text('a file'), commands: QUEUED, help: 'of --queue: PEM file of its key' },
  worker: {
    value: 'NAME',
    read: plainName(),
    commands: ['forget'],
    help: 'the machine, as status --queue names it',
  },
  watch: {
    read: flag(),
    commands: ['status'],
    help: 'of --queue: show it again every two seconds, until the job is complete',
  },
  yes: { read: flag(), commands: ['remove'], help: 'do not ask' },
} as const satisfies OptionTable;
