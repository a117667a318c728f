/**
 * Whether the API has an object or a folder, by its headers alone. Used when another answer says that it is missing.
 */
import { TransferError } from '../../errors.js';
import type { Client } from '../../http/client.js';
import { say } from '../../texts/say.js';
import type { Get } from './get.js';
import { encodeKey } from './path.js';
import type { Witness } from './witness.js';

/** Answers of servers that do not support HEAD. */
export const NO_HEAD: ReadonlySet<number> = new Set([400, 403, 405, 501]);

export interface ExistenceOptions {
  get: Get;
  client: Client;
  root: string;
  /** Checks a 404 of unknown origin. */
  witness: Witness;
}

/** The returned function rejects if the server gives no answer. */
export function createExistence({ get, client, root, witness }: ExistenceOptions) {
  async function headed(path: string, kind: 'file' | 'folder'): Promise<boolean> {
    const { headers } = await get(client, path, { method: 'HEAD', collectLimitBytes: 0 });
    // An entry of the other kind has taken this name.
    return headers['x-upyun-file-type'] !== (kind === 'file' ? 'folder' : 'file');
  }

  async function gotten(path: string): Promise<boolean> {
    const { stream } = await get(client, path, { headers: { 'x-upyun-folder': 'false' }, isStreamed: true });
    stream?.abort(new TransferError('ERR_NETWORK', say.sources.upyun.probe));
    return true;
  }

  return async (key: string, kind: 'file' | 'folder'): Promise<boolean> => {
    const path = `${root}/${encodeKey(key)}`;
    try {
      return await headed(path, kind).catch((error) => {
        const isUnknown = error instanceof TransferError && NO_HEAD.has(error.status ?? 0);
        // (For a folder GET is its listing, and that was tried already.)
        if (isUnknown && kind === 'folder') return false;
        if (isUnknown) return gotten(path);
        throw error;
      });
    } catch (error) {
      if (!(error instanceof TransferError) || error.code !== 'ERR_NOT_FOUND') throw error;
      if (error.isUnvouched) await witness(error);
      return false;
    }
  };
}
