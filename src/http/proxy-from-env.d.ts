/** Types for the library, which has none. Only what Sluice uses. */
declare module 'proxy-from-env' {
  /** The proxy's URL by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, upper or lower case; '' = none. */
  export function getProxyForUrl(url: string): string;
}
