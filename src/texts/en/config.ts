/** Problems of flags, variables and config files. */

export const config = {
  /** `--limit: …` */
  about: (place: string, why: string) => `${place}: ${why}`,
  inFile: (name: string) => `${name} in the config file`,
  noValue: (value: string) => `a value is missing (${value})`,
  severalTimes: (times: number) => `given ${times} times, but it takes one value`,
  oneOf: (options: readonly string[]) =>
    `${options.slice(0, -1).join(', ')} and ${options.at(-1)}: give only one of them`,
  /** An option that has a new name. */
  renamed: (before: string, now: string) => `${before} is called ${now} now; the old name still works`,
  twoNames: (before: string, now: string) =>
    `${before} and ${now} are two names of one option, and say different things: give only ${now}`,

  report: {
    noPlace: 'which job? Give --to DIR, or --queue URL',
    ending: (file: string) => `the name of the report must end in .html or .json; got ${file}`,
    isHtml: (file: string) => `with --json the name must end in .json; got ${file}`,
    noDryRun: 'a dry run stores nothing, so it has no report',
    insideCopy: (path: string, folder: string) =>
      `${path} lies in ${folder}, the folder of the copy, where an object could have its name; give the report a place outside`,
  },

  /** How a value is written. */
  value: {
    unlike: (expected: string, got: string) => `expected ${expected}, got ${got}`,
    orAuto: (expected: string) => `auto or ${expected}`,
    single: 'expected one text, got a list',
    count: (min: number, max: number) => `a whole number from ${min} to ${max}`,
    duration: 'a duration such as 500ms, 30s or 2m',
    durationOrOff: 'a duration such as 500ms, 30s or 2m, or off',
    address: 'HOST:PORT, :PORT or a PORT from 2 on, or true or false',
    size: 'a size such as 512k, 64M or 1G',
    rate: 'a number of requests each second',
    words: (words: readonly string[]) => words.join(' or '),
    things: { 'a file': 'a file', 'a name': 'a name' } as Readonly<Record<string, string>>,
    folder: 'a folder',
    pattern: 'a pattern',
    name: 'up to 64 letters, digits, - and _',
    flag: 'true or false',
    origin: 'expected http://host or https://host without a path',
    noCredentials: 'a URL must not hold credentials; give them in the environment',
    timetable: "a rate such as 10M, off, or '08:00,10M 23:00,off' (at least 1k)",
    reserve: 'a size such as 1G, or a share such as 2%',
    queue: 'expected nats://HOST:PORT or tls://HOST:PORT',
    queueCredentials:
      'a URL must not hold credentials; give --queue-token-file, or --queue-user and --queue-password-file',
  },

  /** The config file. */
  file: {
    unreadable: (path: string, why: string) => `--config: ${path} cannot be read: ${why}`,
    toml: (path: string, line: number, column: number, why: string) =>
      `--config: ${path}, line ${line}, column ${column}: ${why} (TOML)`,
    json: (path: string, line: number, column: number) =>
      `--config: ${path}, line ${line}, column ${column}: this is not valid JSON`,
    jsonEnd: (path: string, line: number) => `--config: ${path}, line ${line}: the JSON ends too early`,
    noTable: (path: string) => `--config: ${path} must hold a table of options`,
    unknown: (path: string, key: string) => `${path}: unknown option ${key}`,
    credentialsHint: ': credentials come from the environment, or from a file that `credentials` names',
    kind: (path: string, key: string) => `${path}: ${key} must be a text, a number, true or false, or a list of texts`,
    noProfile: (path: string, name: string, known: readonly string[]) =>
      `--profile: ${path} has no profile ${name}; it has: ${known.length === 0 ? 'none' : known.join(', ')}`,
    profileAlone:
      '--profile: give --config, too: it names a table of that file. A profile of AWS is named by AWS_PROFILE',
  },

  /** SOURCE and what belongs to it. */
  noSource: (forms: string) => `SOURCE is missing: give ${forms}, or set SLUICE_SOURCE`,
  foreign: (option: string, owners: string, scheme: string | undefined) =>
    `${option}: an option of ${owners}, but ${scheme === undefined ? 'no SOURCE is given' : `SOURCE is one of ${scheme}://`}; leave it out`,
  noComparedFolder: '--to: missing; name the folder to compare with',
  noJobFolder: '--to: missing; name the folder that the job stores into, or give --state FILE of a list',
  urlsAlone: (option: string) => `${option}: for "list" only with --urls`,
  urlsShared: '--urls: a list that machines share prints nothing; leave out --queue',
  restartAlone: '--restart: give --state, too',

  /** The network. */
  insecure:
    '--insecure: Sluice checks no certificate, so others on the network can read and change everything that it transfers',
  insecureFlag: 'insecure: give it as the flag --insecure; in a variable or a file it is forgotten too easily',
  noCertificate: (path: string) => `--ca-cert: ${path} holds no certificate (PEM)`,
  certificatesUnreadable: (path: string, why: string) => `--ca-cert: ${path} cannot be read: ${why}`,

  /** Shared jobs. */
  queue: {
    needed: (option: string) => `${option}: give --queue, too`,
    noServer: '--queue: missing; name the server: nats://HOST:PORT',
    noJobName: '--job: missing; without SOURCE its name is not known; see: sluice jobs --queue URL',
    noJob: '--job: missing; see: sluice jobs --queue URL',
    noWorker: '--worker: missing; see: sluice status --queue URL --job NAME',
    noLimit: '--limit: not with --queue: it is not known which objects come first',
    noRestart: '--restart: not with --queue; remove the job first: sluice remove --job NAME',
    noDryRun: '--dry-run: not with --queue',
    noState: '--state: not with --queue, which remembers how far the listing is',
    noPassword: '--queue-user: give --queue-password-file, or SLUICE_QUEUE_PASSWORD',
    noUser: '--queue-password-file: give --queue-user, too',
    certAndKey: '--queue-tls-cert and --queue-tls-key: give both',
    blankSecret: (option: string) => `${option}: there is nothing but white space in the file`,
    emptyFile: (option: string) => `${option}: the file is empty`,
    noFile: (option: string, why: string) => `${option}: no readable file (${why})`,
    seed: '--queue-nkey-seed-file: no seed of a user (SU…, 58 characters) in it',
    creds: "--queue-creds: no credentials in it (a user's JWT, and the seed of its nkey: SU…, 58 characters)",
  },
};
