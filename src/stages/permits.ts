/** What one fetch may use: a connection while bytes arrive, memory until they are on the disk. */

import { Budget } from '../flow/budget.js';
import { WHOLE_BODY_BYTES } from '../http/exchange.js';

export interface Permit {
  /** The body has arrived: the next request may use the connection. */
  releaseConnection(): void;
  /** Waits for a connection again. */
  regainConnection(): Promise<void>;
  /** Nothing is held any more. Releases the connection too, if that has not happened. */
  release(): void;
}

export class Permits {
  readonly connections: Budget;
  readonly bytes: Budget;

  constructor({ connections, bytes }: { connections: number; bytes: number }) {
    this.connections = new Budget(connections);
    this.bytes = new Budget(bytes);
  }

  /** A larger body flows in pieces and holds less than a whole one of the largest size; an unknown size counts as that. */
  async acquire(sizeBytes: number | undefined): Promise<Permit> {
    const bytes = await this.bytes.acquire(Math.min(sizeBytes ?? WHOLE_BODY_BYTES, WHOLE_BODY_BYTES));
    await this.connections.acquire(1);
    let hasConnection = true;
    let isHeld = true;
    const releaseConnection = () => {
      if (hasConnection) this.connections.release(1);
      hasConnection = false;
    };
    const release = () => {
      releaseConnection();
      if (isHeld) this.bytes.release(bytes);
      isHeld = false;
    };
    const regainConnection = async () => {
      if (hasConnection || !isHeld) return;
      await this.connections.acquire(1);
      hasConnection = true;
      // Given back meanwhile: nobody will do so again.
      if (!isHeld) releaseConnection();
    };
    return { releaseConnection, regainConnection, release };
  }
}
