/** Where the requests of a bucket go: origin, host header and the head of their paths. */
import { isIP } from 'node:net';
import { say } from '../../texts/say.js';
import type { Provider } from './providers.js';

export type PathStyle = 'auto' | 'always' | 'never';

export interface Address {
  /** `https://bucket.s3.eu-west-1.amazonaws.com` */
  readonly origin: string;
  /** As in the Host header: without the default port. */
  readonly host: string;
  /** '' or `/bucket`. */
  readonly base: string;
}

/** A label of a host name: dots would need a certificate of their own. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The place of a bucket at an endpoint (an origin without a path). */
export function addressOf(
  endpoint: string,
  bucket: string,
  { style, provider }: { style: PathStyle; provider: Pick<Provider, 'bucketIn'> },
): Address {
  const { protocol, host, hostname } = new URL(endpoint);
  const fits = () => provider.bucketIn === 'host' && fitsHost(hostname, protocol, bucket);
  const isPath = style === 'always' || (style === 'auto' && !fits());
  if (isPath) return { origin: `${protocol}//${host}`, host, base: `/${bucket}` };
  return { origin: `${protocol}//${bucket}.${host}`, host: `${bucket}.${host}`, base: '' };
}

/** Whether the bucket can stand before that host name. */
function fitsHost(hostname: string, protocol: string, bucket: string): boolean {
  if (isAddress(hostname)) return false;
  return LABEL.test(bucket) || (protocol === 'http:' && bucket.split('.').every((label) => LABEL.test(label)));
}

/** Where a store is. Only options have been checked before: not the environment, nor profiles. */
export interface Place {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly pathStyle: PathStyle | undefined;
}

/** What is wrong with it. */
export function placeProblem({ endpoint, region, pathStyle }: Place): string | undefined {
  if (region !== undefined && !/^[\w-]{1,64}$/.test(region)) return say.s3.badRegion;
  if (endpoint === undefined) return undefined;
  if (!/^https?:\/\/[^/?#@]+\/?$/i.test(endpoint) || !URL.canParse(endpoint)) return say.s3.badEndpoint;
  const { hostname } = new URL(endpoint);
  // `photos.127.0.0.1` is no address and no name.
  return pathStyle === 'never' && isAddress(hostname) ? say.s3.bucketBeforeAddress(hostname) : undefined;
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** The endpoint of AWS for a region. */
export function awsEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Where nothing says a region. */
export const DEFAULT_REGION = 'us-east-1';
