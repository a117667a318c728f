// Reads a Range header. Several ranges at once are refused, as Upyun does.

/** Inclusive start, exclusive end; `undefined` when the header cannot be satisfied. */
export function parseRange(header: string, size: number): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '')
    return last === '0' || size === 0 ? undefined : { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : undefined;
}
