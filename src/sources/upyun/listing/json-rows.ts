/** Upyun's JSON listing → rows: `{"files":[{"type":…,"name":…,"length":…,"last_modified":…},…],"iter":…}`. */
import { isUtf8 } from 'node:buffer';
import { isObjectSize } from '../../../model/entry.js';
import { say } from '../../../texts/say.js';
import { CLOSE_BRACE, COMMA, JsonFault, JsonText, OPEN_BRACE, OPEN_BRACKET, QUOTE, unescaped } from './json-text.js';
import { msOf, mtimeMsOf, Rows, shorten, sizeOf } from './rows.js';

export interface JsonPage {
  readonly rows: Rows;
  /** The cursor in the body, if any. */
  readonly iter: string | undefined;
  /** The body has the list of files, so it is a listing. */
  readonly isListing: boolean;
}

/**
 * Reads one page of `directory`. In JSON no name can look like another row. So a row counts even if its neighbours are
 * wrong, or if the text is cut after it.
 */
export function parseJsonRows(bytes: Uint8Array, directory: string, limitRows?: number): JsonPage {
  const rows = new Rows(directory, limitRows);
  const isClean = isUtf8(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isClean ? 'utf8' : 'latin1');
  const json = new JsonText(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  let iter: string | undefined;
  let lists = 0;
  try {
    json.members(['files', 'iter'], (member) => {
      if (member === 0 && json.peek() === OPEN_BRACKET) {
        lists++;
        json.elements(() => readElement(json, rows, isClean));
      } else if (member === 1 && json.peek() === QUOTE) {
        const next = unescaped(json.string());
        if (next === undefined || (iter !== undefined && iter !== next))
          rows.doubtful(say.sources.upyun.listing.cursors);
        iter = next;
      } else json.value();
    });
    json.end();
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    rows.doubtful(error.message);
  }
  if (lists !== 1) rows.doubtful(lists === 0 ? say.sources.upyun.listing.noFiles : say.sources.upyun.listing.twoFiles);
  return { rows, iter, isListing: lists > 0 };
}

const BYTE_ORDER_MARK = 0xfeff;

const MEMBERS = ['name', 'type', 'length', 'last_modified'] as const;
const [NAME, TYPE, LENGTH, LAST_MODIFIED] = [0, 1, 2, 3];

function readElement(json: JsonText, rows: Rows, isClean: boolean): void {
  if (!json.skip(OPEN_BRACE)) {
    json.value();
    rows.doubtful(say.sources.upyun.listing.noElement);
    return;
  }
  const element = new Element();
  if (!json.skip(CLOSE_BRACE)) {
    do element.read(json, json.member(MEMBERS));
    while (json.skip(COMMA));
    json.expect(CLOSE_BRACE);
  }
  element.enter(rows, isClean);
}

/** One file or folder of the list, with raw strings. */
class Element {
  #name: string | undefined;
  #type: string | undefined;
  #size: number | undefined;
  #mtimeMs: number | undefined;
  /** Bits of the members seen, and of members seen twice: those are ambiguous. */
  #seen = 0;
  #repeated = 0;

  read(json: JsonText, member: number): void {
    if (member === -1) {
      json.value();
      return;
    }
    this.#repeated |= this.#seen & (1 << member);
    this.#seen |= 1 << member;
    if (member === NAME) this.#name = text(json);
    else if (member === TYPE) this.#type = text(json);
    else {
      const digits = json.digits();
      if (member === LENGTH) this.#size = digits === undefined ? sizeOf(number(json)) : byteCount(digits);
      else this.#mtimeMs = digits === undefined ? mtimeMsOf(number(json)) : msOf(digits);
    }
  }

  enter(rows: Rows, isClean: boolean): void {
    const sent = this.#name ?? '';
    const bytes = isClean ? undefined : Buffer.from(sent, 'latin1');
    const name = unescaped(bytes?.toString() ?? sent);
    if (this.#name === undefined || name === undefined || this.#isRepeated(NAME)) {
      rows.doubtful(say.sources.upyun.listing.noName(shorten(sent)));
      return;
    }
    if (this.#type === undefined || this.#isRepeated(TYPE)) {
      rows.addOdd(name, this.#type ?? '');
      return;
    }
    rows.add(unescaped(this.#type) === 'folder' ? 'folder' : 'object', name, {
      size: this.#isRepeated(LENGTH) ? undefined : this.#size,
      mtimeMs: this.#isRepeated(LAST_MODIFIED) ? undefined : this.#mtimeMs,
      isInvalid: !name.isWellFormed() || (bytes !== undefined && !isUtf8(bytes)),
    });
  }

  #isRepeated(member: number): boolean {
    return (this.#repeated & (1 << member)) !== 0;
  }
}

function byteCount(digits: number): number | undefined {
  return isObjectSize(digits) ? digits : undefined;
}

function text(json: JsonText): string | undefined {
  if (json.peek() === QUOTE) return json.string();
  json.value();
  return undefined;
}

/** The digits of a number, also one in quotes or with an exponent; other values as raw text. */
function number(json: JsonText): string {
  const code = json.peek();
  if (code === OPEN_BRACE || code === OPEN_BRACKET || code === QUOTE) return text(json) ?? '';
  const literal = json.literal();
  return IN_ANOTHER_FORM.test(literal) ? String(Number(literal)) : literal;
}

/** A fraction of zeros, or an exponent. */
const IN_ANOTHER_FORM = /^\d+(\.0+|(\.\d+)?[eE][+-]?\d+)$/;
