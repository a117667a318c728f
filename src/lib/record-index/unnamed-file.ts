/** A temporary file without a name. */
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Creates a file in `folder` and removes its name at once. The system deletes the file when its last user ends, also
 * after a kill.
 */
export async function openUnnamed(folder: string): Promise<FileHandle> {
  // The name begins with the owner's pid, as all names in a volume's temp directory do.
  const path = join(folder, `${process.pid}-index-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`);
  const handle = await open(path, 'wx+');
  try {
    await unlink(path);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}
