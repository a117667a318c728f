/** Errors and messages about S3-compatible stores. */

export const s3 = {
  credentialsHelp: 'For s3://: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws.',

  // SOURCE
  secretInSource: 'SOURCE has to be s3://BUCKET[/prefix]; keys belong in the environment, not in SOURCE',
  badBucket: (bucket: string) => `SOURCE has to be s3://BUCKET[/prefix]; "${bucket}" is no bucket name`,
  onlySlashes: 'SOURCE has to be s3://BUCKET[/prefix]; a prefix needs more than slashes',
  badPrefix: (reason: string) => `SOURCE has to be s3://BUCKET[/prefix]; in the prefix ${reason}`,

  // Credentials
  badEndpoint:
    'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or endpoint_url of the profile: expected http://host or https://host without a path. --endpoint overrides them',
  badRegion: 'AWS_REGION, AWS_DEFAULT_REGION or region of the profile: no name of a region. --region overrides them',
  directoryBucket: (bucket: string) =>
    `s3://${bucket} is a directory bucket of Amazon (S3 Express One Zone), which Sluice cannot copy: it needs sessions, and does not list in the order of keys. Copy it with Amazon's own client (aws s3 sync s3://${bucket} FOLDER), or into another bucket first and from there with Sluice`,
  bucketBeforeAddress: (address: string) =>
    `--path-style never: the bucket cannot stand before ${address}, which is an IP address. Leave --path-style out (in an alias of mc: path), or give --endpoint with a name`,
  missing: (variable: string) => `${variable} is not set: set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
  noProfile: (name: string) => `AWS_PROFILE: no profile "${name}" in ~/.aws/credentials or ~/.aws/config`,
  badKey: (where: string) => `${where}: the access key or the token has a character that cannot be in one`,
  openFile: (file: string) => `${file} can be read by other users of this machine; chmod 600 it`,
  noFile: (name: string, code: string) => `--credentials${name}: no readable file (${code})`,
  noKeysIn: (file: string) =>
    `--credentials ${file}: expected AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=… lines, a profile, JSON, ACCESS:SECRET, or two lines`,
  noProvider: (name: string, names: readonly string[]) =>
    `no store is called ${JSON.stringify(name)}; known are ${names.join(', ')}; leave it out for any other store`,
  mc: {
    noConfig: (path: string, code: string) => `--from-mc-alias: ${path} cannot be read (${code})`,
    noJson: (path: string, { line, column }: { line: number; column: number }) =>
      `--from-mc-alias: ${path} is no readable JSON: see line ${line}, column ${column}. Put it right there (\`mc alias list\` shows whether mc can read it), or give --endpoint and keys without the alias`,
    noAliases: (path: string) =>
      `--from-mc-alias: ${path} is no config of MinIO's client: it has neither aliases nor a version. \`mc alias set\` writes one`,
    badConfig: (path: string, version: string) =>
      `--from-mc-alias: ${path} has no aliases that Sluice can read (version ${version}; known are 8 to 10). \`mc alias list\` writes it in today's form`,
    noAlias: (name: string, path: string, names: readonly string[]) =>
      `--from-mc-alias: no alias "${name}" in ${path}${names.length === 0 ? ', which has none' : `; there are ${names.join(', ')}`}`,
    badUrl: (name: string) => `--from-mc-alias ${name}: its url has to be http://host or https://host without a path`,
    oldSignature: (name: string) =>
      `--from-mc-alias ${name}: its api is S3v2, an old signature that Sluice does not have; it needs S3v4`,
    halfKeys: (name: string) => `--from-mc-alias ${name}: it has only one of accessKey and secretKey`,
  },
  noSdk: (command: string) =>
    `no keys in AWS_ACCESS_KEY_ID, ~/.aws or --credentials. Roles, SSO, processes and keys of an instance or a container need a part of the AWS SDK: ${command}. A public bucket needs --no-sign-request`,
  badSdk: (why: string, command: string) => `the AWS SDK cannot be loaded (${why}). Install it again: ${command}`,
  noKeysFromChain: (text: string) =>
    `the AWS SDK found no keys (${text}); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --credentials FILE. A public bucket needs --no-sign-request`,

  // Refusals
  notAccepted: (summary: string, advice: string) =>
    `the server does not accept the request (${summary}), so Sluice stops here; what is stored stays. To go on: ${advice}`,
  advice: {
    clock: "this machine's clock is too far from the server's: correct it",
    expired: 'the keys have expired: get new ones, then run the same command again',
    secret: 'check the secret key, and --region and --endpoint',
    region: 'give the region of the bucket with --region',
    unsigned:
      'it was sent without keys, and the bucket is not public. Give keys: leave --no-sign-request out, and see that an alias of mc has keys',
    noStore: 'it does not say why, as an S3 store does. Check --endpoint and a proxy, then the keys',
    keys: 'check the keys, and that they may list and read this bucket',
  },
  noBucket: (summary: string) =>
    `the bucket does not exist or is closed (${summary}), so Sluice stops here; what is stored stays. Check SOURCE and --endpoint`,
  archived: (what: string, storageClass: string | undefined) =>
    `${what}: the object is archived${storageClass === undefined ? '' : ` (${storageClass})`}; restore it at the store, then fetch it again`,
  encrypted: (what: string) =>
    `${what}: the object is encrypted with a key of the customer (SSE-C), which Sluice does not have`,

  // Listing
  halfPage: 'the listing ends in the middle of its document',
  noPage: 'the answer is no listing of an S3 store; check --endpoint',
  noEnd: 'the listing does not say whether more keys follow',
  hiddenKeys:
    'the listing holds keys in a form of XML that no S3 store writes, or folders, which Sluice did not ask for. Sluice cannot read it without losing keys; check --endpoint',
  noKey: 'a row of the listing has no key',
  noToken: 'the listing says that more keys follow, but not where',
  noProgress: 'the listing makes no progress: pages without a key, although more are said to follow',
  errorInside: (code: string | undefined) =>
    `the store answered 200 with ${code === undefined ? 'an error' : `the error ${code}`} inside`,
  foreignKey: (key: string) => `the store listed ${key}, which is not below the prefix that was asked for`,
  wrongBegin: (after: string) =>
    `the store does not begin its page behind ${after}, as it was asked to: keys would be missing, so Sluice stops here`,
  wrongOrder: (before: string, key: string) =>
    `the store lists ${key} behind ${before}, against the order of UTF-8 bytes: keys would be missing, so Sluice stops here`,
  announced: (after: string) =>
    `the store says that more keys follow behind ${after}, and then gives none: keys would be missing, so Sluice stops here`,
  noRange: (text: string) => `${text}: no range of keys`,
  invalidKey: (key: string) => `${key}: the name is not valid UTF-8`,

  // Objects
  otherSize: (key: string, size: number, listed: number) =>
    `${key} has ${size} bytes, the listing says ${listed}; list it again`,
  otherEtag: (key: string) => `${key} has another ETag than its line: it changed since; list it again`,
  noLength: (key: string) => `${key} came without anything that says where its body ends`,
  encoded: (key: string, encoding: string) => `${key} came with Content-Encoding ${encoding}, which was not asked for`,
  partial: (key: string) => `${key} came as a part (it has a Content-Range), although all of it was asked for`,
  otherRest: (key: string) => `${key}: what the server gives is not the rest of the same body`,
  noRest: (key: string, why: string) => `${key}: the rest is not available (${why})`,
};
