/** Facts about a server that one machine finds and the others need at once: it bans requests, or does not answer. */

/** `lists` and `objects` may use different servers. */
export type AlertedRequests = 'lists' | 'objects';

export type Alert =
  /** No request may go out for this time. */
  | { readonly kind: 'ban'; readonly of: AlertedRequests; readonly forMs: number }
  /** The server does not answer. */
  | { readonly kind: 'outage'; readonly of: AlertedRequests };

type Listener = (alert: Alert) => void;

/** Connects the code that finds a ban or an outage with the code that reacts to the findings of other machines. */
export class Alerts {
  readonly #onRaised: Listener[] = [];
  readonly #onHeard: Listener[] = [];

  /** This machine found it. */
  raise(alert: Alert): void {
    for (const listener of this.#onRaised) listener(alert);
  }

  /** Another machine found it. */
  hear(alert: Alert): void {
    for (const listener of this.#onHeard) listener(alert);
  }

  /** `listener` is called with each finding of this machine, to pass it on. */
  onRaised(listener: Listener): void {
    this.#onRaised.push(listener);
  }

  /** `listener` is called with each finding of another machine, to act on it. */
  onHeard(listener: Listener): void {
    this.#onHeard.push(listener);
  }
}
