/** What Sluice says of an upyun:// SOURCE and its answers. */

const SOURCE = 'SOURCE has to be upyun://BUCKET[/prefix]';

const credentials = {
  missing: (names: string) => `${names} not set: give the operator in the environment, or in a file with --credentials`,
  and: 'and',
  /** `name` is the file, or nothing where the text may be the credentials themselves. */
  noFile: (name: string, code: string) => `--credentials${name}: no readable file (${code})`,
  form: (file: string) =>
    `--credentials ${file}: expected UPYUN_OPERATOR=… and UPYUN_PASSWORD=… lines, {"operator":…,"password":…}, operator:password, or two lines`,
  badName: (where: string) => `${where}: the operator's name has a character that it cannot have`,
  isOpen: (file: string) => `${file} can be read by other users of this machine: chmod 600 it`,
  inFile: (name: string, file: string) => `the ${name} in ${file}`,
  needed: 'this needs UPYUN_OPERATOR and UPYUN_PASSWORD',
};

const refusal = {
  noBucket: (answer: string) => `the bucket does not exist or is closed. Check SOURCE (${answer})`,
  credentials: (answer: string) =>
    `the server does not accept the credentials. Check UPYUN_OPERATOR and UPYUN_PASSWORD, and that the operator may read this bucket (${answer})`,
  clock: (answer: string) =>
    `the server does not accept the time of the request: the clock of this machine is wrong. Correct it (${answer})`,
  wantsCredentials: (answer: string) =>
    `${answer}. The server wants a login for this object; Sluice sends none to --domain. Check the rules of the CDN`,
  forbidden: (answer: string) => `${answer}. The server refuses this object. Check the rules of the bucket or the CDN`,
};

/** Why the API and what serves the objects do not agree on a 404. */
const confirm = {
  about: (key: string, why: string, answer: string) => `${JSON.stringify(key)}: ${why} (${answer})`,
  notServed: (place: { endpoint: string; domain: string | undefined; variant: string | undefined }) => {
    const version = place.variant === undefined ? 'it' : `its version ${place.variant}`;
    const has = `${place.endpoint} has it, but ${place.domain ?? 'the API'} does not serve ${version}`;
    const options = [place.domain && '--domain', place.variant && '--variant'].filter(Boolean).join(' and ');
    return `${has}. Check ${options}`;
  },
  notAsked: (asked: string, endpoint: string) =>
    `${asked} answers 404, and ${endpoint} cannot be asked whether the object is gone`,
  witness: (answer: string, found: string) =>
    `${answer}. The API did not send this: it does not list SOURCE either (${found}). Check for a gateway or a proxy on the way`,
};

/** Anti-leech of the CDN by token. */
const token = {
  noDomain: '--cdn-token-file signs the links of a CDN domain: give it with --domain',
  form: (file: string) => `--cdn-token-file ${file}: expected the secret of the domain, on one line`,
  /** `name` is the file, or nothing where the text may be the secret itself. */
  noFile: (name: string, code: string) => `--cdn-token-file${name}: no readable file (${code})`,
  wanted: (answer: string) => `${answer}. The CDN wants a token: give the secret of the domain with --cdn-token-file`,
  refused: (answer: string) =>
    `the CDN does not accept the token. Check that --cdn-token-file holds the secret of this domain, and the clock of this machine (${answer})`,
  refusedOne: (answer: string) =>
    `${answer}. The CDN does not accept the token for this object, but has accepted others. Check the rules of the CDN`,
};

const listing = {
  problem: (path: string, problem: string) => `${path}: ${problem}`,
  noEnd: 'the listing has no cursor and no end marker. Is it a folder?',
  twoEnds: 'the listing has one cursor in its header and another one in its body',
  badCursor: 'the cursor of the listing is not valid',
  noJson: 'the listing has no JSON, although the server says so',
  tooManyRows: (limit: number) => `the page has more than ${limit} rows`,
  noRow: (row: string) => `a line of the listing is no row: ${row}`,
  cursors: 'the listing has no cursor in its body, or two',
  noFiles: 'the listing has no list of files',
  twoFiles: 'the listing has two lists of files',
  noElement: 'an element of the listing is no object',
  noName: (name: string) => `an element of the listing has no name, or two: ${name}`,
  tooShort: 'the listing ends too early',
  badJson: (character: number, place: string) => `the listing is no JSON at character ${character}: ${place}`,
  tooDeep: (levels: number) => `the listing has more than ${levels} levels`,
};

/** Names of a listing that no request can name. */
const names = {
  object: (key: string, problem: string) => `object ${JSON.stringify(key)} cannot be fetched: ${problem}`,
  folder: (key: string, problem: string) => `folder ${JSON.stringify(key)} cannot be listed: ${problem}`,
  odd: (key: string, type: string) =>
    `${JSON.stringify(key)} cannot be fetched: its type ${type} is neither that of an object nor that of a folder`,
  tooLong: (beginning: string, bytes: number) =>
    `${JSON.stringify(beginning)}… cannot be fetched: its name has ${bytes} bytes or more`,
  empty: 'its name is empty',
  slash: 'its name has a slash in it',
  notUtf8: 'its name is not valid UTF-8',
};

export const upyun = {
  noSource: SOURCE,
  loginInSource: `${SOURCE}; credentials belong in the environment, not in SOURCE`,
  noBucketName: (bucket: string) => `${SOURCE}; "${bucket}" is no bucket name`,
  badPrefix: (reason: string) => `${SOURCE}; in the prefix ${reason}`,
  /** `meant`: the name that the wrong one is closest to. */
  noLine: (meant: string | undefined) =>
    `expected http://host or https://host without a path, or the name of a line: auto (v0), telecom (v1), unicom (v2) or mobile (v3)${meant === undefined ? '' : `. Did you mean ${meant}?`}`,
  noUrls: '--urls: the API gives objects only to signed requests; name a CDN domain of the bucket with --domain',
  credentials,
  refusal,
  confirm,
  token,
  listing,
  names,
  probe: 'Sluice needed only the headers',
};
