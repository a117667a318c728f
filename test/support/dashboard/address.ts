// Where a command has opened its dashboard.

import { type Running, until } from '../cli/harness.js';

/** The address that it has printed, once there is a job to look at: before that the server says 503, which a browser calls an error. */
export async function dashboardOf(running: Running): Promise<string> {
  const found = () => /http:\/\/127\.0\.0\.1:\d+\//.exec(running.stderr() + running.stdout())?.[0];
  await until('the address of the dashboard', () => found() !== undefined);
  const url = found()!;
  await until('a picture', async () => (await fetch(`${url}status.json`)).ok);
  return url;
}
