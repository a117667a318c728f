/** Writes to an output at the pace of its reader. */
import type { Writable } from 'node:stream';

/** Resolves when the output takes more, or takes nothing any more. Leaves no listener behind. */
export function written(output: Writable, text: string): Promise<void> | undefined {
  if (output.write(text) || output.destroyed) return undefined;
  return new Promise((resolve) => {
    const proceed = () => {
      output.off('drain', proceed).off('close', proceed);
      resolve();
    };
    output.on('drain', proceed).on('close', proceed);
  });
}
