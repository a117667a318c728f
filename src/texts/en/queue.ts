/** Errors and messages about a job that several machines share. */
import { localTime, localTimeOf } from '../../lib/text/local-time.js';
import { formatBytes, formatCount, formatSeconds } from '../../lib/text/units.js';

const batches = (count: number) => (count === 1 ? '1 batch' : `${formatCount(count)} batches`);

/** Why the server of the queue cannot be used, and what to do. */
const unusable = {
  message: (url: string, detail: string, advice: string) => `the queue ${url} cannot be used: ${detail}. ${advice}`,
  closed: 'it closes the connection before the first line',
  refused: 'It refuses connections: check the address, and that the server runs',
  unknownName: 'The DNS of this machine does not know the name: check how it is spelled',
  noLookup: 'The DNS of this machine does not answer: check the network and the DNS',
  noRoute: 'This machine has no route to it: check the network',
  certificate: (code: string) =>
    `Its certificate is not trusted (${code}): check --queue-tls-ca, the clock, and the name in --queue`,
  noTls: 'It does not speak TLS: give nats:// instead of tls://, and no --queue-tls-ca',
  webServer: 'A web server listens there: check the port (4222 unless the server is configured otherwise)',
  onlyTls: 'What listens there speaks only TLS and is no NATS server: check the port',
  noNats: 'What listens there is no NATS server: check the host and the port',
  permissions: 'Its user lacks permissions: the documentation of several machines lists those that Sluice needs',
  credentials:
    'It does not accept these credentials: check the user, the password, the token or the file that you gave',
  noJetStream: 'Its JetStream is off: add a block "jetstream { store_dir: … }" to its configuration and restart it',
  checkTls:
    'Check the address and --queue-tls-ca, --queue-tls-cert and --queue-tls-key: a server that wants a certificate does not answer without one',
  check: 'Check the address, and that the server runs',
};

/** What a message or an entry of the queue lacks. */
const unreadable = {
  folder: 'no folder',
  cursor: 'no cursor',
  pass: 'no number of a listing pass',
  batchName: 'no name of a batch',
  objects: 'no objects',
  entry: 'not a valid object',
  key: 'an object without a key',
  size: 'not a valid size',
  time: 'not a valid time',
  etag: 'not a valid etag',
  md5: 'not a valid MD5',
  line: 'not a valid line',
  reject: 'not a valid reject',
  empty: 'empty',
  json: 'no JSON',
  object: 'no JSON object',
};

/** Messages in the queue that Sluice cannot read. */
const strange = {
  batches: 'batches',
  futurePass: 'a listing pass that has not begun',
  folders: 'folders',
  what: (number: number, of: string, bytes: number, why: string) =>
    `number ${number} of its ${of}, ${bytes} bytes: ${why}`,
  message: (job: string, count: number, what: string) =>
    count === 1
      ? `job ${job}: a message in the queue was not written by Sluice (${what}) and is set aside`
      : `job ${job}: ${formatCount(count)} messages in the queue were not written by Sluice (the last one: ${what}) and are set aside`,
  kept: (message: string, stream: string) => `${message} in the stream ${stream}`,
  relisted: (message: string) => `${message}. If one was work of this job, Sluice lists SOURCE again for it`,
  reported: (message: string) =>
    `${message}. If one was work of this job, Sluice reports it at the end; only the machine that feeds the job can send it again`,
  tables: (job: string, entries: number) =>
    `job ${job}: another program has written into its tables. Sluice ignores what it wrote (entries: ${formatCount(entries)})`,
  reopened: (job: string) =>
    `job ${job} was complete, but entries of its tables are missing or were written by another program. The job goes on and looks for those objects again`,
  limits: 'the shared limits in the queue were written by another program. The machines share them out again',
  record: (job: string) =>
    `the record of the job ${job} in the queue cannot be read: another program or version of Sluice has written it. Remove the job (sluice remove --job ${job}) and start it again: what is stored is skipped`,
};

const connection = {
  away: (url: string, sinceMs: number) =>
    `the queue ${url} has not answered since ${localTime(sinceMs)}. This machine finishes what it has begun; the rest waits until the queue answers`,
  back: (url: string, awayMs: number) =>
    `the queue ${url} answers again after ${formatSeconds(awayMs / 1000)}. The copy goes on`,
  noData: (url: string) =>
    `the queue ${url} has no data of this job any more: was it removed? The same command starts the job again; what is stored is skipped`,
};

/** The job that this machine joins. */
const job = {
  begun: (name: string) => `job ${name}: begun. Other machines join it with the same command`,
  joined: (name: string, begunAt: string) => `job ${name}: joined (begun ${localTimeOf(begunAt)})`,
  differs: (name: string, differences: string) =>
    `the job ${name} is another one: ${differences}. Repeat its command, or give this one another name with --job`,
  difference: (option: string, there: string, here: string) => `${option} is ${there} there and ${here} here`,
  notGiven: 'not given',
  isFed: 'it is fed from an input (join it with --role fetch)',
  lists: 'it lists SOURCE itself (join it with mirror, or with --role fetch)',
  relistedForAudit: 'SOURCE is listed again, as --audit asks. What is done is not fetched again',
  relistedForMissing:
    'SOURCE is listed again, because batches or pages are missing in the queue. What is done is not fetched again',
  tooManyPasses: (passes: number) =>
    `SOURCE was listed ${passes} times, and there are still batches that no machine has: the bucket changes all the time, or the queue loses messages. See sluice status --queue`,
  lost: (count: number, name: string) =>
    `${batches(count)} of the job ${name} ${count === 1 ? 'was' : 'were'} lost with the queue. Feed the same input again: what is done is skipped`,
  waitsForFeeder: (name: string) =>
    `job ${name}: all that was read is done. It waits for a machine that feeds it (if that machine is lost: sluice forget)`,
  waitsForInput: (name: string, feeders: string) =>
    `job ${name}: all that was read is done. It waits for ${feeders} to read the input to its end (if a machine is lost: sluice forget)`,
  waitsForFiles: (machines: string) =>
    `the job waits for ${machines}: the folder there holds files of this bucket, which must not be fetched twice. Start Sluice there, or forget the machine (sluice forget)`,
  grown:
    'folders have grown since they were listed. This job does not fetch what is new in them; run a new job for that',
};

/** This machine and the others. */
const machine = {
  full: (bytes: number) =>
    `this machine is full: it has no space for another batch of ${formatBytes(bytes)}. It takes no more batches; the other machines get what it cannot store`,
  hasSpace: 'this machine has space again and takes batches',
  allFull: 'no machine has space, so the job waits. Free some space on one of them, or let another machine join',
  banned: (name: string, ofLists: boolean, seconds: number) =>
    `${name} was banned by the server (requests for ${ofLists ? 'listings' : 'objects'}), so all machines wait ${seconds} s`,
  requeued: (why: string, count: number) =>
    `${why}. What was stored there of ${batches(count)} goes back to the queue; other machines fetch it again`,
  batchFile: (path: string, why: string) =>
    `${path} cannot be used: ${why}. Free some space, or repair the disk, then run the same command again`,
  atWork: (name: string, pid: number, host: string) => `${name} is at work (pid ${pid} on ${host}). Stop it first`,
  leaves: 'this machine leaves the job',
};

export const queue = { unusable, unreadable, strange, connection, job, machine };
