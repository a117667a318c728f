/** What is used of the library, which has no types of its own. */
declare module 'proxy-from-env' {
  /** The proxy's URL by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in either case; '' = none. */
  export function getProxyForUrl(url: string): string;
}
