/** What the server sends. */
import type { Picture } from '../../../events/picture/picture.js';

/** `/status.json`, and the event `picture`. */
export type Payload = Picture & {
  /** A run works on the job, and this viewer may pause it and change its limits. */
  readonly hasControls?: boolean;
};
