/** What the page gets of a job: its picture, and whether the page may change something. */
import type { Picture } from '../events/picture/picture.js';
import type { Watch } from '../events/picture/watch.js';

export type Payload = Picture & {
  /** A run works on the job, and this server takes its controls. */
  readonly hasControls: boolean;
};

/** `hasPage`: a server of metrics alone has no controls. */
export function payloadOf(watch: Watch, hasPage: boolean): Payload {
  return { ...watch.picture(), hasControls: hasPage && watch.controls !== undefined };
}
