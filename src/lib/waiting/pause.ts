/** A pause that another part of the program can end early. */
export class Pause {
  #end: (() => void) | undefined;

  /** Resolves after `delayMs`, or when `end` is called. One pause at a time. */
  begin(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end?.(), delayMs);
      this.#end = () => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
    });
  }

  /** Ends the pause. Does nothing when there is none. */
  end(): void {
    this.#end?.();
  }
}
