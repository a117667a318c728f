/** Sockets that connect only to addresses that a check accepts, whatever DNS says between the check and the connection. */
import { lookup as lookupDns } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { WireError } from './transport.js';

export type AddressCheck = (address: string) => boolean;

/** A lookup that gives only accepted addresses: the socket connects to what this returns, and looks up nothing itself. */
export function checkedLookup(
  accepts: AddressCheck,
  lookup: LookupFunction = lookupDns as LookupFunction,
): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        done(error, '', 0);
        return;
      }
      const all = found as unknown as { address: string; family: number }[];
      const accepted = all.filter(({ address }) => accepts(address));
      const [first] = accepted;
      if (first === undefined) done(refusedAddress(all[0]?.address ?? hostname), '', 0);
      else if (options.all) (done as unknown as (error: null, all: object[]) => void)(null, accepted);
      else done(null, first.address, first.family);
    });
  };
}

export function refusedAddress(address: string): WireError {
  return new WireError('WIRE_ADDRESS', address);
}
