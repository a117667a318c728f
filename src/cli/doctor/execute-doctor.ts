/** `doctor`, from its arguments to its exit code. */
import { createDoctorConfig } from '../../config/doctor-config.js';
import { ConfigError } from '../../errors.js';
import { createJsonReporter } from '../../events/reporters/json.js';
import { createQuietReporter } from '../../events/reporters/text.js';
import type { DoctorConfig } from '../../jobs/doctor/doctor-options.js';
import { Answer } from '../answer.js';
import type { Invocation } from '../arguments/invocation.js';
import { EXIT } from '../exit-codes.js';
import { print, printProblems } from '../reporters.js';
import { leastNode, readBuild } from '../shipped.js';
import { endWithTerminal } from '../signals/end-with-terminal.js';
import type { Hangups } from '../signals/hangups.js';
import { tellHealth } from './tell-health.js';

/** `isStuck`: the thread of a disk keeps the process alive. */
export async function executeDoctor(
  { source, options, problems }: Invocation,
  hangups: Hangups,
): Promise<{ code: number; isStuck: boolean }> {
  let config: DoctorConfig;
  try {
    config = createDoctorConfig({ source, options, problems, env: process.env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, 'doctor', options.json === true);
    return { code: EXIT.usage, isStuck: false };
  }
  const reporter = config.isJson
    ? createJsonReporter(print, { intervalMs: 0, isQuiet: true })
    : createQuietReporter(print);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
  endWithTerminal(hangups, interrupt);
  let isStuck = false;
  const onStuck = () => {
    isStuck = true;
  };
  const answer = new Answer(process.stdout, interrupt);
  const { version, commit } = readBuild();
  const program = { version: commit === undefined ? version : `${version} (${commit})`, leastNode: leastNode() };
  const io = { reporter, print: answer.print, program, signal: interrupted.signal, onStuck };
  const code = await answer.end(await tellHealth(config, io), reporter);
  return { code, isStuck };
}
