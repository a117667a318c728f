/** Errors that a volume's thread finds itself. They have a `code`, like a system error. */
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';

/** The bytes are wrong. */
export class ContentError extends Error {
  readonly code: string;

  constructor(code: 'ERR_SIZE' | 'ERR_DIGEST' | 'ERR_ETAG', message: string) {
    super(message);
    this.code = code;
  }
}

/** This disk has no usable name for the key. */
export class NameError extends Error {
  readonly code: string;

  constructor(code: 'ERR_UNSAFE_KEY' | 'ERR_PATH_CONFLICT', why: string) {
    super(why);
    this.code = code;
  }
}

/** The folder is not the volume any more: unmounted, or deleted. Nothing may be written there. */
export class GoneError extends Error {
  readonly code = 'EGONE';

  constructor() {
    super(say.disks.notSame);
  }
}

/** A file of the job itself cannot be written. */
export class StateError extends Error {
  readonly code = 'ERR_STATE';

  constructor(file: string, cause: Error) {
    super(say.disks.names.unwritable(file, systemText(cause, file)), { cause });
  }
}

/** The code of a system error, or of an error of this file. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
