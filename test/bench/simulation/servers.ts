/** Servers to be simulated, each with what is hard about it. */
import type { Server } from './simulation.js';

export interface Scenario {
  readonly name: string;
  /** What it stands for. */
  readonly about: string;
  readonly seconds: number;
  readonly create: () => Server;
}

/** So many bytes a second, first come first served, and the time for the way there and back. */
function line(bytesPerSecond: (atMs: number) => number, roundTripMs: (atMs: number) => number): () => Server {
  return () => {
    let freeMs = 0;
    return ({ atMs, bytes, random }) => {
      const tripMs = roundTripMs(atMs) * (0.95 + 0.1 * random());
      freeMs = Math.max(freeMs, atMs + tripMs / 2) + (bytes / bytesPerSecond(atMs)) * 1000;
      return { atMs: freeMs + tripMs / 2 };
    };
  };
}

/** Serves up to `most` at once, each in 50 ms; what comes above that is refused. */
function bans(most: number, pauseMs: number): () => Server {
  return () => {
    let bannedUntilMs = 0;
    return ({ atMs, underWay, random }) => {
      if (underWay > most) bannedUntilMs = Math.max(bannedUntilMs, atMs + pauseMs);
      if (underWay > most || atMs < bannedUntilMs) {
        const retryAfterMs = bannedUntilMs - atMs;
        return { atMs: atMs + 5, isRefused: true, ...(retryAfterMs > 0 && { retryAfterMs }) };
      }
      return { atMs: atMs + 45 + 10 * random() };
    };
  };
}

/**
 * A machine that more requests at once make slower: contention and coherence as in the universal scalability law
 * (N. Gunther, "Guerrilla Capacity Planning", 2007). Its best is at 40.
 */
function overloaded(): Server {
  return ({ atMs, underWay, random }) => {
    const slowdown = 1 + 0.03 * (underWay - 1) + 0.0006 * underWay * (underWay - 1);
    return { atMs: atMs + 10 * slowdown * (0.7 + 0.6 * random()) };
  };
}

/** At random, whatever the number at once. */
function moody(share: number): () => Server {
  return () =>
    ({ atMs, random }) =>
      random() < share ? { atMs: atMs + 5, isRefused: true } : { atMs: atMs + 45 + 10 * random() };
}

const MEGABYTES_PER_SECOND = 1e6;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'line limit',
    about: '30 MB/s, 50 ms',
    seconds: 600,
    create: line(
      () => 30 * MEGABYTES_PER_SECOND,
      () => 50,
    ),
  },
  {
    name: 'latency step',
    about: '30 MB/s, 50 ms, from the 200th to the 400th second 200 ms',
    seconds: 600,
    create: line(
      () => 30 * MEGABYTES_PER_SECOND,
      (atMs) => (atMs >= 200_000 && atMs < 400_000 ? 200 : 50),
    ),
  },
  {
    name: 'line step',
    about: '30 MB/s, 50 ms, from the 200th to the 400th second 8 MB/s',
    seconds: 600,
    create: line(
      (atMs) => (atMs >= 200_000 && atMs < 400_000 ? 8 : 30) * MEGABYTES_PER_SECOND,
      () => 50,
    ),
  },
  {
    name: 'bans above 20',
    about: '429 for a minute when more than 20 come at once',
    seconds: 3600,
    create: bans(20, 60_000),
  },
  { name: 'refuses above 20', about: '429 for what comes above 20 at once', seconds: 600, create: bans(20, 0) },
  { name: 'overload', about: 'the more at once the slower, best at 40', seconds: 600, create: overloaded },
  { name: 'moody', about: '429 for 2 % of the requests, whatever their number', seconds: 600, create: moody(0.02) },
];
