// Text for property tests: any code point, lone surrogates included, and often enough a plain or a controlling one.

import fc from 'fast-check';

const codePoint = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0, max: 0x9f }),
  fc.integer({ min: 0x2000, max: 0x2070 }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
  fc.integer({ min: 0, max: 0x10ffff }),
);

/** fast-check's own `unit: 'binary'` takes seconds to set up. */
export function anyText(bounds: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.array(codePoint, bounds).map((codes) => String.fromCodePoint(...codes));
}
