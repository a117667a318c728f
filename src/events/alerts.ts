/** What one machine finds out about a server and the others should know at once: that it has banned them, or does not answer. */

/** `lists` and `objects` may be asked of different servers. */
export type AlertedPart = 'lists' | 'objects';

export type Alert =
  /** Nothing must go out for so long. */
  | { readonly kind: 'ban'; readonly of: AlertedPart; readonly forMs: number }
  /** Nothing is answered any more. */
  | { readonly kind: 'outage'; readonly of: AlertedPart };

type Listener = (alert: Alert) => void;

/** Joins those who find something out with those who have to act on what others have found out. */
export class Alerts {
  readonly #onRaised: Listener[] = [];
  readonly #onHeard: Listener[] = [];

  /** Found out here. */
  raise(alert: Alert): void {
    for (const listener of this.#onRaised) listener(alert);
  }

  /** Found out elsewhere. */
  hear(alert: Alert): void {
    for (const listener of this.#onHeard) listener(alert);
  }

  /** Told of what is found out here: to pass it on. */
  onRaised(listener: Listener): void {
    this.#onRaised.push(listener);
  }

  /** Told of what others have found out: to act on it. */
  onHeard(listener: Listener): void {
    this.#onHeard.push(listener);
  }
}
