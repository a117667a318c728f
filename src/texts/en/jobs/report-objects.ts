/** The page of `sluice report`: what failed, what is gone, what has another name, and how the contents were checked. */
import { formatCount } from '../../../lib/text/units.js';

const objects = (count: number): string => `${formatCount(count)} ${count === 1 ? 'object' : 'objects'}`;

export const ofObjects = {
  failures: {
    none: 'Nothing failed.',
    count: (count: number): string => `${objects(count)} failed.`,
    retry: 'This command tries them again (with the options of the first one):',
    noFile: 'No file names all of them, so the same mirror has to be run again.',
    onMachines: 'Each machine lists its own failures in .sluice/failures.ndjson of its first folder.',
    attempts: (count: number): string => (count === 1 ? '1 attempt' : `${formatCount(count)} attempts`),
    more: (count: number): string => `and ${formatCount(count)} more`,
    otherCodes: (count: number): string => `${objects(count)} failed with other codes.`,
    noExample: 'No file names them.',
    file: 'All of them:',
  },

  gone: {
    none: 'None.',
    count: (count: number): string =>
      `${objects(count)} were listed, and the source did not have them any more when they were fetched.`,
    file: 'All of them:',
  },

  renamed: {
    none: 'None.',
    unknown: 'Unknown: the folders of the machines were not looked at.',
    count: (count: number, isAtLeast: boolean): string =>
      `${isAtLeast ? 'At least ' : ''}${objects(count)} of these folders cannot have the name of the key on the disk, in this job or an earlier one.`,
    key: 'key',
    path: 'file',
    file: 'All of them:',
  },

  checks: {
    kind: 'checked by',
    objects: 'objects',
    names: {
      size: 'size only: the server sent no digest',
      none: 'nothing: not even a size was known',
      notRecorded: 'not recorded',
    } as Record<string, string>,
    unknown: 'Unknown: no run has noted it.',
  },

  verify: {
    none: 'Unknown: no comparison of these folders is recorded.',
    when: 'ended',
    end: 'end',
    source: 'source',
    how: 'compared',
    contents: 'contents',
    sizes: 'sizes and times',
    extra: 'and looked for files that the source does not have',
    part: 'only a part of the objects',
    lines: 'the lines of an input',
    compared: 'objects compared',
    alike: 'alike',
    different: 'different',
    elsewhere: 'on other machines, not compared',
    bytes: 'bytes read',
    reasons: 'what differs',
    by: 'contents compared by',
  },
};
