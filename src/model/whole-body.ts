/** The limit between small and large bodies. */

/** Bytes. Sluice reads a body up to this size whole into memory and streams a larger one. */
export const WHOLE_BODY_BYTES = 1024 * 1024;
