/** What the help says of each option: one fact on each line. */

export const options = {
  /** The headings of the help. */
  groups: {
    where: 'Where',
    what: 'What',
    speed: 'Speed and limits',
    safety: 'Safety',
    output: 'Output',
    machines: 'Several machines',
  },
  common: {
    config: `options as TOML or JSON, named like the flags
a flag or a variable overrides it
SIGHUP: a run reads its limits from it again`,
    profile: `use the table profiles.NAME of the config file
it overrides the values outside of it`,
    from: (forms: string) =>
      `SOURCE of the keys: ${forms} (with "verify -": SOURCE of the keys on stdin)\nwithout it, stdin has URLs: see sluice help urls`,
    to: `folder to store into: an object lies at DIR/key
repeatable, one for each disk
the first one keeps the state of the copy`,
    reserve: `space to keep free on each disk: 1G, or 2%
1% of its inodes always stays free`,
    durability: `what is safe from a power cut
barrier: what the run has recorded as done (one sync for many files)
file: each stored file
none: nothing`,
    names: `a key that cannot be a path (a//b, ../x, too long)
escape: store it under another name, listed in .sluice/names.ndjson
refuse: count it as failed`,
    caCert: 'PEM file of certificates to trust as well',
    insecure: `accept any certificate: others on the line can then read and change everything
works only as a flag`,
    untrusted: `for a list of URLs that others have made: ask only hosts with a public address
also where a redirect leads; not through a proxy`,
    include: `only keys that match
repeatable
without a slash: the last name, at any depth`,
    exclude: `leave out keys that match; overrides --include
repeatable
'dir/**': the folder is not listed either`,
    limit: 'only the first N objects',
    concurrency: `objects downloaded at once
auto: more of them while that is faster
"list" lists no more folders than this at once`,
    listConcurrency: `folders listed at once
auto: more of them while that is faster, at most 16 and a quarter of --max-connections`,
    maxConnections: `connections to the server, at most (listings and downloads together)`,
    perHost: `for a list of URLs: requests at once to one server, at most
--concurrency is for all of them together`,
    maxHosts: `for a list of URLs: servers with open connections, at most
further ones wait until one has nothing to do`,
    hostWait: `for a list of URLs: a server that does not answer for this long while others do is given up
one that has never answered: after 30 s at most
its objects count as failed; they are in the failures file
off: wait for each without an end`,
    pageSize: `rows to ask for in one listing request
the server may give fewer`,
    retries: 'attempts after the first one, for each object and each page of a listing',
    timeout: 'an attempt ends after this long without a byte',
    bwlimit: `bytes of objects per second, at most: 10M
by the time of day: '08:00,10M 23:00,off'
by the day of the week: 'Mon-08:00,1M ...'`,
    rate: 'requests for objects per second, at most',
    listRate: 'listing requests per second, at most',
    stall: `when nothing has moved for this long: say why, and open all connections again
the third time in a row ends the run (exit code 3)`,
    bufferSize: `memory for objects that wait for a disk, at most
an object of unknown size counts as 1M`,
    queue: `share the job over NATS JetStream, where it is: nats://HOST:PORT or tls://HOST:PORT
several servers: with commas between them
run the same command on each machine
"verify" compares the share of this machine`,
    job: `with --queue: name of the job
the first machine begins it, the others join`,
    role: `with --queue: what this machine does
list (or read the input), fetch, or both`,
    fleet: `with --queue: --bwlimit, --rate and --list-rate are for all machines together`,
    audit: `with --queue: list SOURCE once more at the end, and fetch what is missing`,
    lease: `with --queue: a machine that sends no heartbeat
for this long loses its batches to the others
the machine that begins the job sets it`,
    queueParts: `with --queue: batches that may wait in the queue (up to 1,000 objects each)
the listing pauses when there are more`,
    queueTokenFile: `with --queue: file with the token (or set SLUICE_QUEUE_TOKEN)`,
    queueUser: `with --queue: name of the user
with --queue-password-file or SLUICE_QUEUE_PASSWORD`,
    queuePasswordFile: 'with --queue: file with the password of --queue-user',
    queueNkeySeedFile: 'with --queue: file with the seed of an nkey',
    queueCreds: 'with --queue: credentials file (JWT and nkey)',
    queueTlsCa: `with --queue: PEM file of the authority that has signed the certificate of the server; turns TLS on`,
    queueTlsCert: 'with --queue: PEM file of our own certificate',
    queueTlsKey: 'with --queue: PEM file of the key of --queue-tls-cert',
    worker: 'the machine, as "status --queue" names it',
    watch: `show it again every two seconds, until the run has ended
(with --queue: until the job is complete)`,
    yes: 'do not ask',
    failures: `file that lists what failed (objects and folders)
"fetch" takes it as its input`,
    urls: `print the URL of each object instead of its data,
one on a line, for "wget -i" and "aria2c -i"`,
    manifest: `append a line for each stored object:
key, size, mtime, etag, md5, volume, checkedBy
"verify -" takes it as its input`,
    checksum: `also read the files, and compare their MD5 with the etag or md5 of the line, the MD5 recorded when they were stored, or the digest that the source names`,
    extra: 'also name local files that the source does not have',
    allowEmpty: `exit with 0 even if nothing was compared (empty input, or filters that leave nothing)`,
    restart: `begin the job again instead of resuming it
stored files stay and are skipped
also: store another SOURCE into a used folder`,
    state: `file that records how far the listing is
the same command goes on there (it may repeat lines, and leaves out none)`,
    dryRun: `fetch nothing, change nothing
print what would be fetched, as NDJSON`,
    progressInterval: 'time between progress lines in a log (stderr that is no terminal, --log-file)',
    logFile: `all that happens, as JSON lines, beside the screen
and also with --quiet; one process, one file`,
    logRotate: `begin a new --log-file at this size (and keep the last nine: FILE.1 to FILE.9)`,
    onEvent: `run this command in a shell when you have to know
it gets the alert as JSON on stdin; see "sluice help alerts"`,
    webhook: `send the same JSON to this URL
a URL with a token belongs in SLUICE_WEBHOOK`,
    webhookFormat: `auto, json, dingtalk, wecom or slack
auto: by the host of --webhook`,
    webhookSecretFile: 'with --webhook: file with the secret that signs each request',
    alertAfter: 'alert when a server has not answered, or has asked to slow down, for so long',
    alertFailures: 'alert when more objects of this run have failed',
    dashboard: `show the run in a browser: a page at http://ADDR/
HOST:PORT, :PORT (all addresses) or PORT; without ADDR 127.0.0.1:8190
other machines can reach it: a token is needed, see sluice help watching
a word behind it is ADDR only if it looks like one`,
    metrics: `numbers for Prometheus at http://ADDR/metrics, without the page
ADDR as for --dashboard, which has them, too`,
    dashboardTokenFile: `file with the token for --dashboard and --metrics (or set SLUICE_DASHBOARD_TOKEN)
without it, an address that other machines can reach gets one at random`,
    report: `write a report at the end of the run, however it ends
a page (.html), or data (.json); see "sluice help report"`,
    output: `file of the report: .html or .json
- for stdout`,
    json: `progress, messages and summary as JSON lines on stderr`,
    quiet: 'no progress, no summary, only errors (with --json the summary, too)',
    lang: `language of messages and help: en or zh
JSON stays English unless this says otherwise`,
  },
  /** Of `status` and the queue commands. */
  managing: {
    dashboard: `address of the page: HOST:PORT, :PORT (all addresses) or PORT
127.0.0.1:8190 without it; other addresses need a token`,
    to: `folder that the job stores into (with several disks: any of them)`,
    queue: `where the job is shared: nats://HOST:PORT or tls://HOST:PORT
several servers: with commas between them`,
    job: 'name of the job (not needed if the queue has only one)',
    state: 'file that "list --state" keeps',
    json: 'the answer as one JSON line',
  },
  /** Defaults that Sluice computes. */
  defaults: {
    to: './BUCKET',
    reserve: '1% of the disk, at most 1G',
    maxConnections: '256, or fewer by the limit of open files',
    job: 'from SOURCE',
    failures: 'DIR/.sluice/failures.ndjson; none for list',
    lang: 'from the locale',
    output: 'report.html; with --json stdout',
    progressInterval: '60s, with --json 5s',
  },
  upyun: {
    where: 'Credentials come from UPYUN_OPERATOR and UPYUN_PASSWORD.',
    credentials: `file with the operator and the password, instead of UPYUN_OPERATOR and UPYUN_PASSWORD`,
    endpoint: `REST API to list from, and to download from unless --domain is given
also by line: auto, telecom, unicom or mobile`,
    domain: `download from this CDN domain, without signature
a 404 is checked with the API`,
    cdnTokenFile: `file with the secret of --domain's anti-leech (token):
each link is signed just before it is fetched`,
    cdnTokenValid: 'how long a signed link is good',
    variant: `download this image version: '!s400'
stored under the plain key
the listed size is not compared
with a dash as its separator: --variant=-s400`,
  },
  s3: {
    credentials: 'file with the access key and the secret key, instead of AWS_ACCESS_KEY_ID and a profile',
    endpoint: `the store, such as https://oss-cn-hangzhou.aliyuncs.com
default: Amazon S3, or AWS_ENDPOINT_URL_S3`,
    region: `region of the bucket
default: AWS_REGION, or what the endpoint's name or the server's answer says`,
    pathStyle: `the bucket stands in the path of a request
auto: where the store needs it`,
    provider: `the store behind a domain of its own, such as aliyun, huawei or qiniu (sluice help sources)
without it the name of the endpoint says it`,
    requestPayer: 'this account pays for requests and traffic',
    noSignRequest: 'no keys: the bucket is public',
    fromMcAlias: `endpoint and keys of this alias of MinIO's client (mc)
other options win`,
  },
  ofScheme: (scheme: string, help: string) => `with ${scheme}://: ${help}`,
  noDefault: 'none',
  either: (one: string, other: string) => `${one} or ${other}`,
};
