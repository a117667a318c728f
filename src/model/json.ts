/** JSON that is safe to print: the same value, without characters that control a terminal or reverse text. */

/** C1 controls and bidirectional marks; JSON.stringify does not escape them. */
const UNSHOWABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function safeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.search(UNSHOWABLE) === -1 ? json : json.replace(UNSHOWABLE, escapeChar);
}

/** For example `\u009b`, as in JSON. */
export function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Nothing of it needs an escape in JSON, nor to be shown. (A pair of surrogates is well formed, too, but rare.) */
const PLAIN = /^[ !#-[\]-~\u00a0-\u061b\u061d-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\uffff]*$/;

/** {@link safeJson} of a text: nearly all names are plain, and one look is enough for them. */
export function safeText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : safeJson(text);
}
