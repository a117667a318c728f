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
    help: "share the job with other machines over NATS JetStream: nats://HOST:PORT or tls://HOST:PORT, several with commas; run the same command on each machine (`verify` compares only this machine's share)",
    statusHelp: 'where the job is shared: nats://HOST:PORT or tls://HOST:PORT, several with commas',
  },
  job: {
    value: 'NAME',
    read: plainName(),
    defaultText: 'from SOURCE',
    commands: [...SHARED, 'verify', 'status', 'forget', 'remove'],
    help: 'with --queue: name of the job; the first machine begins it, the others join it',
    statusHelp: 'the job; not needed if the queue has only one',
  },
  role: {
    value: 'ROLE',
    read: choice(['list', 'fetch', 'both']),
    default: 'both',
    commands: STORING,
    help: 'with --queue: what this machine does: list (or read the input), fetch, or both',
  },
  fleet: {
    read: flag(),
    commands: SHARED,
    help: 'with --queue: --bwlimit, --rate and --list-rate apply to all machines of the job together; each gets a share by its demand',
  },
  audit: {
    read: flag(),
    commands: ['mirror'],
    help: 'with --queue: list SOURCE once more at the end, and fetch what is missing',
  },
  lease: {
    value: 'DURATION',
    read: duration(),
    default: '60s',
    commands: SHARED,
    help: 'with --queue: a machine that sends no heartbeat for this long loses its leases, and the other machines get its batches; the machine that begins the job sets it',
  },
  queueParts: {
    value: 'N',
    read: count(1, 100_000),
    default: '400',
    commands: SHARED,
    help: 'with --queue: batches (up to 1,000 objects each) that may wait in the queue; the listing pauses when there are more',
  },
  tokenFile: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'with --queue: file with the token; or set SLUICE_QUEUE_TOKEN',
  },
  user: {
    value: 'NAME',
    read: text('a name'),
    commands: QUEUED,
    help: 'with --queue: the user, with --password-file or SLUICE_QUEUE_PASSWORD',
  },
  passwordFile: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'with --queue: file with the password of --user',
  },
  nkeySeedFile: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'with --queue: file with the seed of an nkey',
  },
  creds: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'with --queue: credentials file (JWT and nkey)',
  },
  tlsCa: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: "with --queue: PEM file of the authority that signed the server's certificate; turns TLS on",
  },
  tlsCert: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: "with --queue: PEM file of this machine's certificate",
  },
  tlsKey: {
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    help: 'with --queue: PEM file of the key of --tls-cert',
  },
  worker: {
    value: 'NAME',
    read: plainName(),
    commands: ['forget'],
    help: 'the machine, as status --queue names it',
  },
  watch: {
    read: flag(),
    commands: ['status'],
    help: 'with --queue: show it again every two seconds, until the job is complete',
  },
  yes: { read: flag(), commands: ['remove'], help: 'do not ask' },
} as const satisfies OptionTable;
