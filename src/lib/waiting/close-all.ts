/** The end of several things that were opened. */

type Closable = { close(): Promise<void> } | undefined | false;

/**
 * Closes everything, also when one of them fails; resolves with the first failure. `inOrder`: one after the other, the last
 * one that was opened first, where what was opened later uses what was opened before.
 */
export async function closeAll(opened: readonly Closable[], { inOrder = false } = {}): Promise<unknown> {
  const failures: unknown[] = [];
  const close = async (one: Closable): Promise<void> => {
    try {
      if (one) await one.close();
    } catch (error) {
      failures.push(error);
    }
  };
  if (inOrder) for (const one of [...opened].reverse()) await close(one);
  else await Promise.all(opened.map(close));
  return failures[0];
}
