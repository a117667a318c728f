/** What it means for a listing that a scope is a folder: servers fold names, and delete folders that they have listed. */
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import { listerOf } from '../../capabilities.js';
import type { Source } from '../../source.js';
import type { ListRequestOptions } from '../list-options.js';
import { emptyPage, type ScopePage, scopeReject } from '../scope-page.js';
import type { ScopeRules } from '../scope-rules.js';
import { distinct, isFolded } from './folded.js';
import { MissingFolders } from './missing-folder.js';

export class FolderRules {
  readonly #source: Source;
  readonly #options: ListRequestOptions;
  readonly #missing: MissingFolders;

  constructor(source: Source, options: ListRequestOptions) {
    this.#source = source;
    this.#options = options;
    this.#missing = new MissingFolders(source, options);
  }

  /** The rules of one folder; not of SOURCE itself. */
  of(directory: string): ScopeRules {
    const another = () => this.#options.pacer.another();
    return {
      isAmbiguous: isFolded(directory),
      distinct: (page) => distinct(listerOf(this.#source), directory, { page, another }),
      absent: async (error) => {
        if (await this.#missing.isFile(directory)) return filePage(directory);
        return (await this.#missing.objection(directory)) ?? gonePage(directory, error);
      },
    };
  }
}

/** In a JSON listing a file whose content type is the word for folders looks like a folder. */
function filePage(directory: string): ScopePage {
  return { ...emptyPage(), entries: [{ key: directory }] };
}

/** The folder was deleted after its parent was listed. This is normal in a live bucket; nothing is left to copy. */
function gonePage(directory: string, cause: TransferError): ScopePage {
  const { listing } = say.sources;
  const message = listing.folderGone(listing.folder(directory), cause.message);
  return emptyPage([scopeReject(directory, new TransferError('ERR_NOT_FOUND', message, { cause }))]);
}
