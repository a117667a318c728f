/**
 * MD5 (RFC 1321) of several messages at once, as a WebAssembly module that is written here, instruction by instruction.
 * Each step of MD5 waits for the step before, so a processor is idle most of the time; the four lanes of a SIMD
 * register use that time. Encodings: the WebAssembly core specification, chapter "Binary Format".
 */

/** 32-bit lanes of a 128-bit register. */
const REGISTER_LANES = 4;
/** Registers that take turns: while one waits for its step, the other computes. */
const GROUPS = 2;
/** Messages that are hashed together. */
export const LANES = GROUPS * REGISTER_LANES;
export const BLOCK_BYTES = 64;
/** The state: for each group A, B, C and D in turn, with one word per lane. */
export const STATE_BYTES = LANES * 16;

/** Offset of a word of a lane's state, from the start of the state. */
export function stateOffset(lane: number, word: number): number {
  const group = Math.floor(lane / REGISTER_LANES);
  return ((group * 4 + word) * REGISTER_LANES + (lane % REGISTER_LANES)) * 4;
}

/**
 * Hashes `count` blocks (1 at least) of every lane into the state at offset `state`; `lanes` are the offsets of the
 * lanes' first blocks.
 */
export type DigestBlocks = (count: number, state: number, ...lanes: number[]) => void;

/** For bodies in this memory; undefined if the processor or Node has no SIMD for WebAssembly. */
export function createDigestBlocks(memory: WebAssembly.Memory): DigestBlocks | undefined {
  const bytes = encodeModule();
  if (!WebAssembly.validate(bytes)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { bodies: { memory } });
  return exports.digestBlocks as DigestBlocks;
}

const ROTATIONS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
/** The word of the block for each step of a round: (factor × step + start) modulo 16. */
const WORD_ORDERS = [
  [1, 0],
  [5, 1],
  [3, 5],
  [7, 0],
];

// Opcodes.
const SIMD = 0xfd;
const AND = [SIMD, 0x4e];
/** For (x, y): x and not y. */
const AND_NOT = [SIMD, 0x4f];
const OR = [SIMD, 0x50];
const XOR = [SIMD, 0x51];
const NOT = [SIMD, 0x4d];
const ADD = [SIMD, 0xae, 0x01];
const SHIFT_LEFT = [SIMD, 0xab, 0x01];
const SHIFT_RIGHT = [SIMD, 0xad, 0x01];
const I32_ADD = [0x6a];
const I32_SUB = [0x6b];
const LOOP = [0x03, 0x40];
/** Jumps back to the start of the innermost loop. */
const AGAIN_IF = [0x0d, 0x00];
const END = [0x0b];

// Local variables: the parameters, then the vectors of each group.
const COUNT = 0;
const STATE = 1;
const LANE = 2;
const VECTORS = LANE + LANES;
const VECTORS_A_GROUP = 26;
const GROUP_NUMBERS = Array.from({ length: GROUPS }, (_, group) => group);
const LANE_NUMBERS = Array.from({ length: LANES }, (_, lane) => lane);

/** Indexes of A, B, C and D. */
const stateOf = (group: number) => [0, 1, 2, 3].map((index) => VECTORS + group * VECTORS_A_GROUP + index) as Registers;
/** Their values before the block. */
const beforeOf = (group: number) => stateOf(group).map((local) => local + 4);
const wordOf = (group: number, word: number) => stateOf(group)[0] + 8 + word;
const scratchOf = (group: number) => stateOf(group)[0] + 24;

type Registers = [number, number, number, number];

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const setAndGet = (local: number) => [0x22, local];
const integer = (value: number) => [0x41, ...signed(value)];
// Unaligned: a body begins where its head ended.
const load = (offset: number) => [SIMD, 0x00, 0x00, ...unsigned(offset)];
const store = (offset: number) => [SIMD, 0x0b, 0x00, ...unsigned(offset)];
/** A vector with the words at these indexes of two vectors; 0 to 3 are in the first one. */
const pick = (...words: number[]) => [SIMD, 0x0d, ...words.flatMap((word) => [0, 1, 2, 3].map((i) => word * 4 + i))];
/** The same word in every lane. */
const splat = (word: number) => [SIMD, 0x0c, ...[0, 1, 2, 3].flatMap(() => littleEndian(word))];

/** Each lane has its own block; a step needs the same word of all of them. */
function transposeBlock(group: number): number[] {
  const code: number[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    const rows = Array.from({ length: REGISTER_LANES }, (_, lane) => [
      ...get(LANE + group * REGISTER_LANES + lane),
      ...load(quarter * 16),
    ]);
    const word = wordOf(group, quarter * 4);
    const scratch = scratchOf(group);
    const pairs = (first: number, second: number, words: number[]) => [
      ...rows[first]!,
      ...rows[second]!,
      ...pick(...words),
    ];
    for (const [half, words] of [
      [0, [0, 4, 1, 5]],
      [1, [2, 6, 3, 7]],
    ] as const) {
      code.push(...pairs(0, 1, [...words]), ...set(scratch), ...pairs(2, 3, [...words]), ...set(scratch + 1));
      const both = [...get(scratch), ...get(scratch + 1)];
      code.push(...both, ...pick(0, 1, 4, 5), ...set(word + half * 2));
      code.push(...both, ...pick(2, 3, 6, 7), ...set(word + half * 2 + 1));
    }
  }
  return code;
}

/** The function of a round for b, c and d. b is known last, so it is used as late as possible. */
function mix(round: number, [, b, c, d]: Registers): number[] {
  if (round === 0) return [...get(c), ...get(d), ...XOR, ...get(b), ...AND, ...get(d), ...XOR];
  if (round === 1) return [...get(c), ...get(d), ...AND_NOT, ...get(b), ...get(d), ...AND, ...OR];
  if (round === 2) return [...get(c), ...get(d), ...XOR, ...get(b), ...XOR];
  return [...get(d), ...NOT, ...get(b), ...OR, ...get(c), ...XOR];
}

function step(group: number, number: number, [a, b, c, d]: Registers): number[] {
  const round = number >> 4;
  const [factor, start] = WORD_ORDERS[round]!;
  const rotation = ROTATIONS[round]![number % 4]!;
  const constant = Math.floor(2 ** 32 * Math.abs(Math.sin(number + 1)));
  return [
    ...[...get(a), ...get(wordOf(group, (factor! * number + start!) % 16)), ...ADD, ...splat(constant), ...ADD],
    ...[...mix(round, [a, b, c, d]), ...ADD, ...set(a)],
    ...[...get(a), ...integer(rotation), ...SHIFT_LEFT, ...get(a), ...integer(32 - rotation), ...SHIFT_RIGHT, ...OR],
    ...[...get(b), ...ADD, ...set(a)],
  ];
}

/** The groups take turns, one step each. The names rotate, so no register moves. */
function steps(): number[] {
  const code: number[] = [];
  const registers = GROUP_NUMBERS.map(stateOf);
  for (let number = 0; number < 64; number++) {
    for (const group of GROUP_NUMBERS) {
      const [a, b, c, d] = registers[group]!;
      code.push(...step(group, number, [a, b, c, d]));
      registers[group] = [d, a, b, c];
    }
  }
  return code;
}

function encodeFunction(): number[] {
  const locals = [0x01, GROUPS * VECTORS_A_GROUP, 0x7b];
  const states = GROUP_NUMBERS.flatMap(stateOf);
  const before = GROUP_NUMBERS.flatMap(beforeOf);
  const body = [
    ...locals,
    ...states.flatMap((local, index) => [...get(STATE), ...load(index * 16), ...set(local)]),
    ...LOOP,
    ...GROUP_NUMBERS.flatMap(transposeBlock),
    ...states.flatMap((local, index) => [...get(local), ...set(before[index]!)]),
    ...steps(),
    ...states.flatMap((local, index) => [...get(local), ...get(before[index]!), ...ADD, ...set(local)]),
    ...LANE_NUMBERS.flatMap((lane) => [...get(LANE + lane), ...integer(BLOCK_BYTES), ...I32_ADD, ...set(LANE + lane)]),
    ...[...get(COUNT), ...integer(1), ...I32_SUB, ...setAndGet(COUNT), ...AGAIN_IF, ...END],
    ...states.flatMap((local, index) => [...get(STATE), ...get(local), ...store(index * 16)]),
    ...END,
  ];
  return [...unsigned(body.length), ...body];
}

function encodeModule(): Uint8Array<ArrayBuffer> {
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
  const parameters = Array.from({ length: VECTORS }, () => 0x7f);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
    // Shared memory of any size.
    ...section(2, [1, ...name('bodies'), ...name('memory'), 0x02, 0x03, ...unsigned(1), ...unsigned(65_536)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('digestBlocks'), 0x00, 0]),
    ...section(10, [1, ...encodeFunction()]),
  ]);
}

function littleEndian(word: number): number[] {
  return [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  return rest === 0 && low < 0x40 ? [low] : [low | 0x80, ...signed(rest)];
}
