/** Objects of a list as lines of a file, for those whose server cannot take them now. */
import type { ObjectEntry } from '../../model/entry.js';
import { type Headers, type Trail, UrlTarget } from '../../model/urls/url-target.js';
import type { OriginLines } from '../source.js';
import { KeptSecrets } from './kept-secrets.js';

/** Origin and path; for what a redirect has named how it came there; the number of what is sent besides, 0 = nothing. */
type Written = [origin: string, path: string, secrets: number, trail?: Omit<Trail, 'first'>];

/**
 * No file has a password or a header: a line has the number of what stays in memory. The lines of a host mostly have the
 * same login, which is kept once. Where there are too many different ones, the object waits in memory.
 */
export function createAsideLines(): OriginLines {
  const secrets = new KeptSecrets();

  function written({ origin, path, trail }: UrlTarget, number: number): Written {
    if (trail === undefined) return [origin, path, number];
    const { first, ...rest } = trail;
    return [origin, path, number, rest];
  }

  return {
    write({ target, ...entry }, asked) {
      if (target === undefined) return undefined;
      const number = keep(secrets, target.headers);
      if (number === undefined) return undefined;
      const first = written(target, number);
      if (asked === undefined) return JSON.stringify([entry, first]);
      const { headers } = asked.target!;
      const other = keep(secrets, headers);
      if (other !== undefined) return JSON.stringify([entry, first, written(asked.target!, other)]);
      secrets.take(number);
      return undefined;
    },
    read(line) {
      const [bare, first, asked] = JSON.parse(line) as [ObjectEntry, Written, Written?];
      const target = new UrlTarget(first[0], first[1], secrets.take(first[2]));
      const entry = { ...bare, target };
      if (asked === undefined) return { entry };
      const [origin, path, number, trail] = asked;
      const other = new UrlTarget(origin, path, secrets.take(number), trail && { ...trail, first: target });
      return { entry, asked: { ...bare, target: other } };
    },
  };
}

function keep(secrets: KeptSecrets, headers: Headers): number | undefined {
  return Object.keys(headers).length === 0 ? 0 : secrets.keep(headers);
}
