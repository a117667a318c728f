/** What the doctor finds, and what to do. */
import { doctorDisks } from './doctor/disks.js';

export interface PageValues {
  rows: string;
  asked: string;
  tookMs: number;
}

export interface BurstValues {
  requests: number;
  answered: number;
  seconds: string;
  medianMs: number;
  atOnce: number;
}

const sent = ({ answered, requests, seconds, atOnce }: BurstValues) =>
  `the server answered ${answered} of ${requests} requests in ${seconds} s, ${atOnce} at once`;

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

export const doctor = {
  /** Of the same width. */
  levels: { ok: 'ok     ', warning: 'warning', problem: 'problem' },
  line: (level: string, message: string, advice: string | undefined) =>
    `${level}  ${message}${advice === undefined ? '' : ` → ${advice}`}`,
  end: ({ ok, warnings, problems }: { ok: number; warnings: number; problems: number }) =>
    `${ok + warnings + problems} checks: ${ok} ok, ${counted(warnings, 'warning')}, ${counted(problems, 'problem')}`,
  needsSource: (option: string) => `${option}: give SOURCE, too`,
  noAnswer: (what: string, seconds: number) => `${what}: no answer within ${seconds} s`,
  noAnswerAdvice: 'a copy would wait there, too; check the network and the server, or raise --timeout on a slow line',
  notChecked: (source: string) =>
    `the contents of ${source} were not checked, because the server does not answer: see the problem above`,

  node: (version: string, node: string, platform: string, heap: string) =>
    `Sluice ${version} on Node ${node}, ${platform}; Node may use ${heap} of memory for its heap`,
  nodeTooOld: (least: string) => `install Node ${least} or newer`,
  heapTooSmall: (least: string) => `give Node at least ${least}: check --max-old-space-size in NODE_OPTIONS`,
  platformUntested: 'Sluice is tested on Linux only: try it with a small folder first',
  memory: (cores: number, free: string, needed: string, buffer: string) =>
    `this machine has ${cores} processor cores and ${free} of free memory; a copy takes up to ${needed}, with --buffer-size ${buffer}`,
  memoryShort: 'free some memory, or lower --buffer-size',
  openFilesUnlimited: (needed: string) => `a process may open any number of files; a copy opens up to ${needed}`,
  openFilesTooFew: (limit: string, least: number) =>
    `a process may open only ${limit} files, and a copy needs at least ${least}`,
  openFiles: (limit: string, needed: string, connections: string) =>
    `a process may open ${limit} files; a copy opens up to ${needed}, for ${connections} connections`,
  openFilesFewer: (limit: string, connections: number, wished: number) =>
    `a process may open only ${limit} files, so a copy uses at most ${connections} connections instead of ${wished}`,
  openFilesRaise: 'raise the limit (ulimit -n 1024, or LimitNOFILE= of the systemd unit)',

  queue: (url: string, version: string, stored: string, limit: string | undefined) =>
    `the queue ${url} answers: NATS ${version}, JetStream is on and stores ${stored}${limit === undefined ? '' : ` of at most ${limit}`}`,

  connect: {
    name: (host: string, addresses: number, tookMs: number) =>
      `${host} has ${addresses} ${addresses === 1 ? 'address' : 'addresses'} (looked up in ${tookMs} ms)`,
    open: (origin: string, where: string, tookMs: number) =>
      `${origin} accepts connections at ${where} (after ${tookMs} ms)`,
    proxied: (origin: string, proxy: string, tookMs: number) =>
      `${origin} is asked through the proxy ${proxy}, which accepts connections (after ${tookMs} ms)`,
    certificate: (
      origin: string,
      { protocol, issuer, until, days }: { protocol: string; issuer: string; until: string; days: number },
    ) => `${origin} speaks ${protocol}; its certificate, issued by ${issuer}, is valid until ${until} (${days} days)`,
    notTrusted: (certificate: string, code: string) => `${certificate}, but this machine does not trust it (${code})`,
    notTrustedAdvice:
      'check the name in --endpoint or --domain and the clock of this machine; for a certificate of your own give --ca-cert',
    tlsAdvice: 'check http or https and the port in --endpoint or --domain',
    expiresSoon: 'it ends soon: a copy of several days stops with ERR_TLS if the server does not get a new one',
    insecure: '--insecure: no certificate is checked; leave it out, and give --ca-cert for a certificate of your own',
  },

  clock: {
    right: (answeredMs: number) =>
      `the clock of this machine agrees with the server's (the server answers in ${answeredMs} ms)`,
    off: (by: string, isAhead: boolean, answeredMs: number) =>
      `the clock of this machine is ${by} ${isAhead ? 'ahead of' : 'behind'} the server's (the server answers in ${answeredMs} ms)`,
    refused: (limit: string) => `the server refuses signatures that are more than ${limit} off`,
    corrected: (limit: string) =>
      `the server refuses signatures that are more than ${limit} off, so Sluice signs with the server's time, and a copy works`,
    correct: 'set the clock (timedatectl set-ntp true): certificates, --bwlimit times and the log depend on it',
    unknown: 'the server does not tell its time, so the clock of this machine could not be compared',
    unknownAdvice: 'check the clock of this machine yourself: signatures carry its time',
  },

  listing: {
    accepted: (source: string) => `the server accepts the credentials, and lists ${source}`,
    /** No credentials were sent. */
    listed: (source: string) => `the server lists ${source} without credentials`,
    doubtAdvice: 'check that --endpoint is the REST API of the store, and that SOURCE is a folder',
    wholeFolder: ({ rows, asked, tookMs }: PageValues) =>
      `a page: the folder has only ${rows} entries, so the largest page was not seen (asked for ${asked}; ${tookMs} ms)`,
    smallerPage: ({ rows, asked, tookMs }: PageValues) =>
      `a page: the server gives ${rows} entries where ${asked} are asked for (${tookMs} ms); a listing takes that many more requests, nothing else changes`,
    fullPage: ({ rows, tookMs }: PageValues) =>
      `a page: the server gives ${rows} entries, as many as asked for (${tookMs} ms)`,
    sizeRefused: (wished: string, { rows, asked, tookMs }: PageValues) =>
      `a page: the server refuses --page-size ${wished} and accepts ${asked}; it gave ${rows} entries (${tookMs} ms)`,
    sizeAdvice: (asked: number) => `give --page-size ${asked}: each run then saves the refused requests`,
    orderUnknown: 'the order of a page was not seen: there are too few entries',
    sorted: (rows: string) => `the entries of a page are sorted by name (${rows} seen)`,
    unsorted: (rows: string) =>
      `the entries of a page are not sorted by name (${rows} seen); Sluice needs no order, it goes on by the server's cursor`,
    sizeUnknown: 'the server does not tell how large SOURCE is, so the space on the disks was not compared with it',
    size: (bytes: string) => `SOURCE has ${bytes}; the number of objects is not known`,
    sizeAndObjects: (bytes: string, objects: string, mean: string, seen: string) =>
      `SOURCE has ${bytes}, so about ${objects} objects if all are like the first ${seen} (${mean} each)`,
  },

  objects: {
    none: (source: string) =>
      `no object was found in the first folders of ${source}: reading, resuming and the request rate were not checked`,
    noneAdvice: 'is SOURCE right? Give a folder that has objects: SOURCE/FOLDER',
    read: ({ origin, key, size, tookMs }: { origin: string; key: string; size: string; tookMs: number }) =>
      `an object can be read: ${origin} sent ${key} (${size}) in ${tookMs} ms`,
    checkedBy: (count: number, checks: string) =>
      `of the first ${count} objects, the contents can be checked by: ${checks}`,
    range:
      'a body that breaks off can be resumed: the server sends the rest (206 with the right Content-Range and ETag)',
    rangeUnknown:
      'whether a body that breaks off can be resumed is not known: the smallest object is too small, or has no ETag',
    noRange: (why: string) => `a body that breaks off cannot be resumed: ${why}`,
    noRangeAdvice: 'a copy works; a large body that breaks off is fetched again from its beginning',
  },

  rate: {
    tooLarge: (size: string) => `the request rate was not tried: the smallest object seen has ${size}`,
    borne: (values: BurstValues) =>
      `${sent(values)}, without refusing one (median ${values.medianMs} ms); more was not tried`,
    refused: (refused: number, values: BurstValues, retryAfter: number | undefined) =>
      `${sent(values)}, and refused ${refused} of them (too many requests)${retryAfter === undefined ? '' : `; it asks to wait ${retryAfter} s`}`,
    advice:
      'a copy slows down by itself; if the server bans for longer, give --rate N (requests per second) or a lower --max-connections',
    failed: (why: string, values: BurstValues) => `${sent(values)}, and then failed: ${why}`,
    failedAdvice: 'run the check again; a copy repeats such requests, but many of them make it slow',
  },

  disks: doctorDisks,
};
