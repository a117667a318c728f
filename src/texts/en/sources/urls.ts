/** Errors and messages about lists of URLs. */

export const urls = {
  /** Where the name of SOURCE stands. */
  list: 'a list of URLs',

  // Lines
  noUrl:
    'no http:// or https:// URL. (No SOURCE is given, so each line must be a URL. For keys of a bucket give --from SOURCE)',
  notUnicode: 'the URL is not valid Unicode',
  backslash: 'the URL has a backslash after its host. Write a slash',
  noHost: 'the URL has no host, or one that cannot be asked',
  badLogin: 'the user name or the password of the URL is not readable: percent-encode each special character',
  twoLogins: 'the URL has a user name, and the headers have "authorization". Give only one of them',
  noJson: 'not valid JSON',
  urlMissing: 'no "url", or one that is not a string',
  keyNoText: '"key" is not a string',
  noFolder: 'a folder. A list of URLs has none',
  headersNoObject: '"headers" is no object of texts',
  headerName: '"headers" has a name that no header can have',
  headerOwn: (name: string) => `"headers" has ${name}, which Sluice sets itself`,
  headerValue: (name: string) => `the header ${name} has a value that cannot be sent`,
  headerTwice: (name: string) => `"headers" has ${name} twice`,
  headersAreLeftOut: (names: readonly string[]) =>
    `the URL was asked with ${names.join(', ')}, which may be a secret, so the list does not have it. Give the first list again: what is stored is not fetched again`,
  sameKey: (key: string) =>
    `another URL of this list has the same key ${JSON.stringify(key)}, and would be overwritten. Give one of them a "key" of its own`,

  // Requests
  about: (key: string, why: string) => `${JSON.stringify(key)}: ${why}`,
  request: (url: string) => `GET ${url}`,
  status: (what: string, status: number) => `${what}: HTTP ${status}`,
  fewer: (what: string, status: number) => `${what}: HTTP ${status}, the server asks for fewer requests`,
  notAllowed: (what: string, status: number) =>
    `${what}: HTTP ${status}, the server does not give it to this user. Check the URL, its user name and its headers`,
  nothing: (what: string, status: number) => `${what}: HTTP ${status}, there is nothing at this URL. Check it`,
  notConditional: (what: string) => `${what}: the server answered 304 to a request that did not ask for it`,
  noLocation: (what: string, status: number) => `${what}: HTTP ${status} without a Location that Sluice can follow`,
  tooManyRedirects: (what: string, limit: number) => `${what}: more than ${limit} redirects`,
  loop: (what: string) => `${what}: the redirects lead back to a URL that was asked before`,
  downgrade: (what: string, to: string) =>
    `${what}: redirects from https to http (${to}), where others on the network can read and change it, so Sluice does not follow`,
  otherSize: (what: string, bytes: number, listed: number) => `${what} has ${bytes} bytes, but its line says ${listed}`,
  otherEtag: (what: string) => `${what} has another ETag than its line says: it has changed`,
  noEnd: (what: string) =>
    `${what}: nothing in the answer says where the body ends, so it is not stored. Give its "size" in its line`,
  encoded: (what: string, encoding: string) =>
    `${what} came compressed (Content-Encoding ${encoding}), which Sluice did not ask for. A "size" or "md5" in its line says that these bytes are meant`,
  part: (what: string) => `${what}: the server sent a part of it, although Sluice asked for all`,
  oldRedirect: (why: string) => `${why}. A redirect led there a while ago, so Sluice asks the first URL again`,
  notRest: (what: string) => `${what}: the body broke off, and what the server sends is not the rest of it`,
  noRest: (what: string, why: string) =>
    `${what}: the body broke off, and the server does not give the rest (${why}). It is fetched again from its beginning`,

  // The command
  noSource: (problem: string) =>
    `${problem}. URLs are lines of the input: sluice fetch --to DIR < urls.txt. A store has its address in --endpoint`,
  noFolderToStore: '--to: missing. A list of URLs names no folder. Give the folder to store into',
  noQueue: '--queue: not for a list of URLs. Give each machine a part of the list',
  alone: (flag: string) => `${flag}: only for a list of URLs. Leave it out, or leave out SOURCE`,
  untrustedProxy:
    '--untrusted: not through a proxy, since the proxy chooses the address. Unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY',
  state: (path: string, why: string) =>
    `${path} cannot be written: ${why}. What is stored stays; the next run may fetch some of it again`,
};
