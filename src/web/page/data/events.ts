/** Server-sent events out of a stream of bytes. Not EventSource: it cannot send a token. */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** More than this between two events is no answer of Sluice. */
const MOST_CHARS = 32 * 1024 * 1024;

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = lines.pop()!;
      if (rest.length > MOST_CHARS) throw new Error('too long');
      for (const block of lines) {
        const event = eventOf(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Undefined: only a comment, which keeps the connection open. */
function eventOf(block: string): ServerEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value!;
    if (field === 'data') data.push(value!);
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n') };
}
