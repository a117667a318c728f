/** The texts of a row as the server sent them → as they are meant. */

/** First the entities of XML, then `+` for a space, then the percent signs (Ceph leaves `&apos;` in an encoded key). */
export function keyOf(sent: string, isEncoded: boolean): { key: string; isInvalid: boolean } {
  const text = sent.includes('&') ? unescapeXml(sent) : sent;
  // (A number of XML may name half a character.)
  if (text !== sent && !text.isWellFormed()) return { key: text, isInvalid: true };
  // Bytes that were no UTF-8 have become this character. A store that encodes writes it as `%EF%BF%BD`.
  if (!isEncoded || text.includes('\ufffd')) return { key: text, isInvalid: text.includes('\ufffd') };
  if (!text.includes('%') && !text.includes('+')) return { key: text, isInvalid: false };
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  try {
    return { key: decodeURIComponent(spaced), isInvalid: false };
  } catch {
    // A percent sign that is none of the encoding, or bytes that are not UTF-8.
    return { key: spaced, isInvalid: true };
  }
}

/** Without its quotes. Undefined where it has a form that no line or manifest may have. */
export function etagOf(sent: string): string | undefined {
  const etag = unescapeXml(sent)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  return /^[\w.:+/=-]{1,128}$/.test(etag) ? etag : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" };

/** `&#34;` and `&#x22;`, too: MinIO writes them in ETags. An unknown one stays as it is. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}
