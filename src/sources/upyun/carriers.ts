/** The lines of Upyun's REST API by name: `--endpoint telecom`. All of them lead to the same data. */
import { origin, type Reader, reader } from '../../lib/options/values.js';
import { nearest } from '../../lib/text/nearest.js';
import { say } from '../../texts/say.js';

/** By line (docs: api/rest_api.md): its names, the first one for the help. */
const LINES = {
  v0: ['auto', '自动'],
  v1: ['telecom', '电信'],
  v2: ['unicom', '联通', 'netcom', '网通'],
  v3: ['mobile', '移动', 'tietong', '铁通'],
} as const;

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(LINES).flatMap(([line, names]) => [line, ...names].map((name) => [name, lineOrigin(line)])),
);

function lineOrigin(line: string): string {
  return `https://${line}.api.upyun.com`;
}

export const DEFAULT_ENDPOINT = lineOrigin('v0');

/** A URL, or the name of a line → the origin. Shows the text only where it is close to a name: it may hold a password. */
export function endpoint(): Reader<string> {
  const url = origin();
  const read = reader((text) => {
    const named = BY_NAME.get(text.toLowerCase()) ?? BY_NAME.get(text.replace(/\.api\.upyun\.com$/, ''));
    if (named !== undefined) return named;
    const reading = url(text);
    if (reading.problem === undefined) return reading.value;
    if (/[:/@]/.test(text)) return reading;
    return { problem: say.sources.upyun.noLine(nearest(text, BY_NAME.keys())) };
  });
  return Object.assign(read, { words: Object.values(LINES).map(([name]) => name) });
}
