// Keys that stores take and tools stumble over.

import { AWKWARD_NAMES } from '../cli/contents.js';

/** The longest key that S3 takes: 1,024 bytes, in segments that a disk takes. */
const LONGEST = `long/${`${'n'.repeat(199)}/`.repeat(5)}${'m'.repeat(15)}.jpg`;

const CHINESE_LONGEST = `长/${'图片'.repeat(30)}/${'商品'.repeat(30)}/${'详情'.repeat(30)}/${'主图'.repeat(30)}/${'规格'.repeat(30)}/${'好'.repeat(37)}.jpg`;

/** Each is an object of its own. None is a folder marker. */
export const HOSTILE_KEYS: readonly string[] = [
  ...[
    'a',
    'a/b',
    'a/b/c',
    'x//y',
    'x///y',
    '/lead',
    '//two',
    '.',
    './dot',
    'p/../q',
    '../up',
    'p/./q',
    'p/..',
    'end//',
  ],
  ...['ctl\u0001x.jpg', 'ctl\u001f', 'tab\tx', 'line\nx', 'return\rx', 'del\u007fx', 'c1\u0085x', 'last\u0001'],
  ...[
    'plus+ and space.jpg',
    'a%20b',
    'per%20cent%.jpg',
    '%',
    '%%',
    '%2F..%2F',
    'amp&amp;',
    'a&b=c',
    "it's",
    'q"uo\'te',
  ],
  ...[
    '<x>',
    '&#x41;',
    '&lt;',
    ']]>',
    '--',
    'a?b',
    'a#b',
    'a;b',
    'a:b',
    'a\\b',
    'a|b',
    '*',
    '[x]',
    '{x}',
    '~',
    '^',
    '`',
  ],
  ...[
    'Ａ.jpg',
    '😀.jpg',
    '\ue000.jpg',
    '\uffee',
    '\u{1f600}/\u{10ffff}',
    'é',
    'e\u0301',
    'ß',
    'İ',
    'ı',
    '\u200b',
    '\ufeffx',
  ],
  ...[
    '商品/主图/001.jpg',
    '商品',
    '商品 ',
    ' lead',
    'trail ',
    'trail.',
    'CON',
    'nul.txt',
    '.sluice/volume.json',
    'soap',
  ],
  ...['folder-with-content/', 'both', 'both/', 'Case', 'case', LONGEST, CHINESE_LONGEST],
  ...AWKWARD_NAMES.map((name) => `awkward/${name}`),
];

/** Folder markers without content: no objects for a copy. */
export const MARKERS = ['empty-folder/', 'a/marker/', '商品/空/'] as const;

/** Key → bytes; markers included. */
export function hostileObjects(): Record<string, Buffer> {
  const objects: Record<string, Buffer> = {};
  for (const [index, key] of HOSTILE_KEYS.entries()) objects[key] = Buffer.from(`${index}: ${key}`);
  for (const key of MARKERS) objects[key] = Buffer.alloc(0);
  return objects;
}
