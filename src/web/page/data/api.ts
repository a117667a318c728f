/** Requests to Sluice: always to where the page comes from, with the token where one is needed. */
import { keepToken } from './token.js';

class Refused extends Error {}
class NotBegun extends Error {}

/** What a request to change something came to. `why`: what Sluice said; absent when it did not answer. */
export type Done = { readonly isDone: true } | { readonly isDone: false; readonly why?: string };

/** More of an answer that says no is not shown. */
const MOST_WHY = 300;

export class Api {
  #token: string | undefined;

  constructor(token: string | undefined) {
    this.#token = token;
  }

  /** What the viewer has entered. */
  setToken(token: string): void {
    this.#token = token;
    keepToken(token);
  }

  /** The server wants another token. */
  isRefused(error: unknown): boolean {
    return error instanceof Refused;
  }

  /** The server is there, and its run is not, yet. */
  isNotBegun(error: unknown): boolean {
    return error instanceof NotBegun;
  }

  async get<T>(path: string, signal: AbortSignal): Promise<T> {
    const response = await this.#ask(path, signal, () => new NotBegun());
    return (await response.json()) as T;
  }

  async stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#ask(path, signal);
    if (body === null) throw new Error('no body');
    return body;
  }

  /** `pause`, `resume`, `limits`. */
  async control(name: string, change: object = {}): Promise<Done> {
    try {
      const response = await fetch(`control/${name}`, {
        method: 'POST',
        headers: { ...this.#headers(), 'Content-Type': 'application/json', 'X-Sluice-Control': '1' },
        body: JSON.stringify(change),
      });
      if (response.ok) return { isDone: true };
      const text = (await response.text()).trim().slice(0, MOST_WHY);
      return { isDone: false, why: text === '' ? String(response.status) : messageOf(text) };
    } catch {
      return { isDone: false };
    }
  }

  /** `unavailable`: what 503 means. For the stream it is that there are too many viewers. */
  async #ask(path: string, signal: AbortSignal, unavailable = () => new Error('503')): Promise<Response> {
    const response = await fetch(path, { headers: this.#headers(), cache: 'no-store', signal });
    if (response.status === 401) throw new Refused();
    if (response.status === 503) throw unavailable();
    if (!response.ok) throw new Error(String(response.status));
    return response;
  }

  #headers(): Record<string, string> {
    return this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` };
  }
}

/** The server says why as text, or as JSON with a message. */
function messageOf(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    return typeof message === 'string' ? message : typeof error === 'string' ? error : text;
  } catch {
    return text;
  }
}
