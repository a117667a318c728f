/** A temporary file without a name. */
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A new file in `folder` that loses its name at once: the system removes it with its last user, however that one ends. */
export async function openUnnamed(folder: string): Promise<FileHandle> {
  // Begins with the process that owns it, like everything in a volume's temp folder.
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
