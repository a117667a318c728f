/** How many requests for objects may go out at once when a user raises a fixed number during a run. */

export interface ConnectionNumbers {
  readonly objects: { readonly max: number };
  readonly lists: { readonly max: number };
  readonly total: number;
}

/** All connections that the options allow, but those of the listings. */
export function mostObjectsOf({ objects, lists, total }: ConnectionNumbers): number {
  return Math.max(objects.max, total - lists.max);
}
