/** Errors and messages about SOURCE: addresses, credentials, listings, objects. */
import { objects } from './objects.js';
import { upyun } from './upyun.js';

const listing = {
  folder: (key: string) => `folder ${JSON.stringify(key)}`,
  scope: (text: string) => `scope ${JSON.stringify(text)}`,
  /** Where the name had to be cut. */
  beginning: (name: string) => `${name}…`,
  about: (name: string, why: string) => `${name}: ${why}`,
  whole: (name: string, why: string) => `${name} could not be listed: ${why}`,
  partly: (name: string, why: string) => `${name} could not be listed completely: ${why}`,
  toEnd: (name: string, why: string) => `${name} could not be listed to its end: ${why}`,
  onePage: (name: string, why: string) =>
    `${name} could not be listed completely, one page of it cannot be read: ${why}`,
  interrupted: (name: string) =>
    `${name} could not be listed completely in the run that was interrupted, so objects may be missing. Fetch the failures file`,
  noBucket: (url: string, why: string) => `${url} does not exist. Check SOURCE (${why})`,
  repeats: 'the server repeats its listing: it gave a cursor that it had given before',
  noProgress: (pages: number) => `the server repeats its listing: ${pages} pages in a row had nothing new`,
  indistinct: (name: string, other: string) =>
    `${name}: the server lists ${JSON.stringify(other)} under this name, so nothing of it is copied. Rename the folder at the source`,
  tooRelative: (name: string, limit: number) =>
    `${name}: its path has more than ${limit} names that are empty, "." or "..", so it is not listed. Rename the folder at the source`,
  longPath: (name: string, bytes: number) =>
    `${name}: its path has more than ${bytes} bytes, so it is not listed. Rename the folder at the source`,
  longText: (name: string, bytes: number) => `${name}: its text has more than ${bytes} bytes, so it is not listed`,
  folderGone: (name: string, why: string) => `${name} was deleted after its parent was listed (${why})`,
  contradiction: (why: string, found: string) => `${why}. But ${found}: run the same command again later`,
  saysThere: 'the server says that the folder is there',
  stillNamed: (parent: string) => `${parent} still lists the folder`,
  tooManyPages: (parent: string, pages: number) =>
    `${parent} has more than ${pages} pages, so Sluice does not search all of it for the folder`,
  notKnown: (why: string) => `Sluice could not find out whether the folder is gone: ${why}`,
  sourceGone: 'the server answers 404 for SOURCE itself',
};

/** What a program brings along. */
const own = {
  noSource: 'from: give a SOURCE as text, or a Source',
  missing: (names: string) => `from: a Source has the methods get and close. Missing: ${names}`,
  noUrl: 'from: a Source has a url, as text',
  noListPage: 'from: the lister of a Source has the method listPage',
  gave: (key: string, what: string) => `${JSON.stringify(key)}: the Source gave ${what}`,
  listerGave: (scope: string, what: string) => `${JSON.stringify(scope)}: the lister gave ${what}`,
  badEntry: (problem: string) => `the lister gave an entry that Sluice cannot use: ${problem}`,
  noEntries: 'no entries',
  noList: (name: string) => `${name} that are no list of texts`,
  itself: 'the scope itself as one of its scopes',
  noCursor: 'a cursor that is no text',
  keyNoText: 'its key is no text',
  sizeNoNumber: (size: unknown) => `its size is no number of bytes: ${size}`,
  noTime: (mtimeMs: unknown) => `its mtimeMs is no time: ${mtimeMs}`,
  etagNoText: 'its etag is no text',
  noMd5: 'its md5 is no MD5',
  noObject: 'no object',
  noBytes: 'bytes that are no Uint8Array',
  noDigest: 'a digest that is no digest of its kind in lower-case hex',
  noContent: 'neither bytes nor a stream',
  failed: (why: string) => `the Source failed: ${why}`,
};

export const sources = {
  listing,
  objects,
  own,
  upyun,
  /** Around a secret. */
  stripped: (where: string) => `${where}: white space around the value was left out`,
  form: (forms: readonly string[]) => `SOURCE has to be ${forms.join(' or ')}`,
  noUrls: (url: string) => `${url} has no URLs, so \`list --urls\` has nothing to print`,
  signedUrls: (seconds: number) =>
    `each URL has a signature that ends ${seconds} s after it was printed; for longer give --cdn-token-valid`,
  notListed: (url: string) => `${url} has no listing. Give its keys to \`sluice fetch\``,
  noSource: 'this needs a SOURCE to ask. Name it with --from',
};
