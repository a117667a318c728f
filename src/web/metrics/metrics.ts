/** `/metrics`: the answer in the text format of Prometheus. Each request has one picture; nothing is counted between them. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Picture } from '../../events/picture/picture.js';
import type { Watch } from '../../events/picture/watch.js';
import type { Answer } from '../answers.js';
import { FAMILIES } from './families.js';
import { registerHistogram } from './histogram.js';
import { type Family, one, type Sample } from './samples.js';

/** Before the run begins the answer has only the metrics of the process. */
export function createMetrics(watch: () => Watch | undefined): { answer(): Promise<Answer> } {
  const registry = new Registry();
  let picture: Picture | undefined;
  for (const family of FAMILIES)
    register(registry, { ...family, name: `sluice_${family.name}` }, () =>
      picture === undefined ? [] : family.samples(picture),
    );
  registerHistogram(registry, {
    name: 'sluice_object_size_bytes',
    help: 'Objects of this run by their size.',
    read: () => watch()?.distributions.sizeBytes,
  });
  registerHistogram(registry, {
    name: 'sluice_first_byte_seconds',
    help: 'Answers of this run by the time to their first byte.',
    read: () => watch()?.distributions.latencySeconds,
  });
  for (const { read, ...family } of PROCESS) register(registry, family, () => one(read()));
  return {
    async answer() {
      picture = watch()?.picture();
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

type Described = Omit<Family, 'samples'>;

/** By the names that all programs have. */
const PROCESS: readonly (Described & { read: () => number })[] = [
  {
    ...{ name: 'process_cpu_seconds_total', type: 'counter', labels: [] },
    help: 'Processor time of the process.',
    read: () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  },
  {
    ...{ name: 'process_resident_memory_bytes', type: 'gauge', labels: [] },
    help: 'Memory of the process.',
    read: () => process.memoryUsage.rss(),
  },
  {
    ...{ name: 'process_start_time_seconds', type: 'gauge', labels: [] },
    help: 'When the process began.',
    read: () => performance.timeOrigin / 1000,
  },
];

function register(registry: Registry, { name, type, help, labels }: Described, read: () => readonly Sample[]): void {
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'gauge') {
    const metric: Gauge = new Gauge({
      ...common,
      collect() {
        clear(metric, labels);
        for (const { labels: values = {}, value } of read()) metric.set(values, value);
      },
    });
    return;
  }
  let peaks = new Map<string, number>();
  const metric: Counter = new Counter({
    ...common,
    collect() {
      clear(metric, labels);
      const before = peaks;
      peaks = new Map();
      for (const { labels: values = {}, value } of read()) {
        // What a machine gives back to the queue is not stored any more. Prometheus takes a fall for a restart, so none is shown.
        const name = JSON.stringify(values);
        const peak = Math.max(before.get(name) ?? 0, value);
        peaks.set(name, peak);
        metric.inc(values, peak);
      }
    },
  });
}

/** Without labels, prom-client begins with 0. What is not known is absent instead. */
function clear(metric: Gauge | Counter, labels: readonly string[]): void {
  metric.reset();
  if (labels.length === 0) metric.remove();
}
