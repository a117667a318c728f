// Where a run goes wrong, and how: `stages/fetch createFetch error 5`, or `queue/memory-queue MemoryQueue.put panic 2`.

export interface Plan {
  /** Below src/, without its ending. */
  readonly module: string;
  /** An export: a factory of a stage, or a class. */
  readonly name: string;
  /** Of a class. */
  readonly method: string | undefined;
  /** It fails as expected, throws out of the blue, never comes back from a system call, waits for nothing, or the run is told to stop. */
  readonly kind: 'error' | 'panic' | 'hang' | 'wait' | 'abort';
  /** At which passage. */
  readonly at: number;
}

export function parsePlan(text: string | undefined): Plan | undefined {
  if (text === undefined) return undefined;
  const [module = '', path = '', kind = 'error', at = '1'] = text.split(' ');
  const [name = '', method] = path.split('.');
  return { module, name, method, kind: kind as Plan['kind'], at: Number(at) };
}
