/** How sizes are written, without the other readers: the page reads them, too. */

const SIZE_FACTORS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `512k`, `64M`, `1G`, `1GiB`: powers of 1024, as disk tools write them. NaN if the text is no size. */
export function toBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  return match ? Math.round(Number(match[1]) * SIZE_FACTORS[match[2]!.toLowerCase()]!) : Number.NaN;
}
