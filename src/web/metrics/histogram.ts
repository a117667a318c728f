/** A histogram out of counts that are kept elsewhere. That of prom-client counts itself, value by value. */
import type { Metric, Registry } from 'prom-client';
import type { Distribution } from '../../events/picture/watch.js';

interface Described {
  readonly name: string;
  readonly help: string;
  /** Undefined: nothing is known yet. */
  read(): Distribution | undefined;
}

interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Adds it to the registry, which asks it at each `metrics()`. */
export function registerHistogram(registry: Registry, { name, help, read }: Described): void {
  const histogram = {
    name,
    // The registry asks all kinds of metrics for no more than this.
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: linesOf(name, read()) }),
  };
  registry.registerMetric(histogram as unknown as Metric);
}

/** Prometheus counts what is at most as large as each bound. */
function linesOf(name: string, distribution: Distribution | undefined): Line[] {
  // Of a job that is read from its files, nothing is known.
  if (distribution === undefined || distribution.bounds.length === 0) return [];
  const { bounds, counts, sum } = distribution;
  let total = 0;
  const lines = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    total += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le: Number.isFinite(bound) ? `${bound}` : '+Inf' }, value: total };
  });
  return [
    ...lines,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: total },
  ];
}
