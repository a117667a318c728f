/** Where a body stops being small. */

/** Bytes. A body up to this size is read whole, into memory; a larger one flows in pieces. */
export const WHOLE_BODY_BYTES = 1024 * 1024;
