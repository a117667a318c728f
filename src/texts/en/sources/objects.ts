/** Errors of single objects on their way from SOURCE to a disk, and what `verify` finds. */

const key = (text: string) => JSON.stringify(text);

/** An answer that cannot be the object. */
const answer = {
  isFolder: (of: string) => `${key(of)} is a folder: the server answered with its listing, so no file is written`,
  size: (of: string, bytes: number, listed: number, modified: string | undefined) =>
    `${key(of)} has ${bytes} bytes, but the listing says ${listed}${modified === undefined ? '' : ` (last modified ${modified})`}. List SOURCE again: the object has changed`,
  noEnd: (of: string) => `${key(of)}: nothing in the answer says where the body ends, so it is not stored`,
  part: (of: string) =>
    `${key(of)}: the server sent a part (it has a Content-Range), although Sluice asked for the whole object`,
  encoded: (of: string, encoding: string) =>
    `${key(of)} came compressed (Content-Encoding ${encoding}), which Sluice did not ask for. Use another --domain, or none`,
  notRest: (of: string) =>
    `${key(of)}: the body broke off, and what the server sends is not the rest of it. The object is to be fetched again from its beginning`,
  noRest: (of: string, why: string) =>
    `${key(of)}: the body broke off, and the server does not give the rest. The object is to be fetched again from its beginning (${why})`,
  noObject: (of: string, what: string) =>
    `${key(of)}: the server answered 200 with ${what}, which cannot be the object. Nothing was stored. Check the key and --domain`,
  noVersion: (of: string, what: string) =>
    `${key(of)}: the server answered 200 with ${what}, which cannot be its version. Nothing was stored. Check --variant and --domain`,
  html: 'an HTML page',
  json: 'a piece of JSON',
  xml: 'a piece of XML',
  nothing: 'an empty body',
  tooLong: (of: string, bytes: number) =>
    `${key(of)}: more than the expected ${bytes} bytes arrived. List SOURCE again: the object may have changed`,
};

/** Why a key cannot be a path below DIR. */
const unsafe = {
  empty: 'the key is empty',
  slash: 'the key starts with a slash',
  nul: 'the key holds a NUL character',
  notUnicode: 'the key is not valid Unicode',
  emptySegment: 'the key has an empty segment',
  relative: (segment: string) => `the key has a segment "${segment}"`,
  state: (folder: string) => `the key reaches into ${folder}/`,
};

/** What a key looks like that names no object. */
const hint = {
  lineFeeds: "it holds carriage returns or line feeds: lines end with a line feed here (tr '\\r' '\\n')",
  url: 'it looks like a URL: keys are relative to SOURCE',
  beginning: 'keys do not begin with a slash or a dot',
  blanks: 'it has blanks at an end',
  encoded: 'it looks percent-encoded',
  backslashes: 'it has backslashes',
  folder: 'it looks like the name of a folder: only objects can be fetched, `list` names them',
  header: 'it looks like the header of a table',
  csv: 'it looks like a row of CSV',
  row: 'it looks like a row of a listing',
  /** `hint` is one of those above. */
  meant: (look: string, meant: string) => `${look}: the key may be ${key(meant)}`,
};

/** Why `verify` reports an object, besides its reason. */
const finding = {
  notStored: (reason: string) => `not stored: ${reason}`,
  size: (bytes: number) => `the file has ${bytes} bytes`,
  time: (time: string) => `the file is of ${time}`,
  interrupted: 'the source was not asked, because verify was interrupted',
  noMd5: 'no MD5 is recorded for it, and no SOURCE gives a digest of it',
  ofSource: (kind: string, found: string, expected: string) => `the ${kind} is ${found}, the source has ${expected}`,
  ofStored: (kind: string, found: string, expected: string) =>
    `the ${kind} is ${found}, it was stored with ${expected}`,
};

export const objects = {
  answer,
  unsafe,
  hint,
  finding,
  notStored: (reason: string) => `not stored: ${reason}. Rename the object at the source, or use --names escape`,
  unnameable: (reason: string) => `not stored: ${reason}. Rename the object at the source`,
  badLine: (reason: string) => `bad input line: ${reason}`,
  notFound: (of: string, look: string | undefined, why: string) =>
    `no object has the key ${key(of)}${look === undefined ? '' : ` (${look})`}: ${why}`,
  unwanted: 'Sluice does not need the rest of the body',
  probe: 'Sluice needed only an answer',
  diskGone: (roots: string) =>
    `one of ${roots} cannot be read any more: it is unmounted, deleted or broken. Repair it, then run the same command again`,
  diskSilent: (of: string) =>
    `${key(of)}: a disk does not answer whether it has the object. Repair the disk, then fetch the object again`,
};
