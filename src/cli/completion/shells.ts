/** The shells that Sluice completes for. */
import { basename } from 'node:path';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function isShell(text: string | undefined): text is Shell {
  return SHELLS.some((shell) => shell === text);
}

/** The shell of the user, by `$SHELL`: `/usr/bin/zsh` → zsh. Undefined = none of these. */
export function shellOf(env: NodeJS.ProcessEnv): Shell | undefined {
  const name = basename(env.SHELL ?? '');
  return isShell(name) ? name : undefined;
}
