/** Finds the rules of a scope by its kind. */
import { folderOf, type Scope } from '../../model/scope.js';
import type { Source } from '../source.js';
import { FolderRules } from './folders/folder-rules.js';
import type { ListRequestOptions } from './list-options.js';
import type { ScopeRules } from './scope-rules.js';

/** Hands out the rules of each scope. One object for a whole walk: it remembers what it has asked. */
export class ScopeKinds {
  readonly #folders: FolderRules;

  constructor(source: Source, options: ListRequestOptions) {
    this.#folders = new FolderRules(source, options);
  }

  /** Undefined for all of SOURCE, and for a scope that is no folder. */
  of(scope: Scope): ScopeRules | undefined {
    const folder = folderOf(scope);
    return folder ? this.#folders.of(folder) : undefined;
  }
}
