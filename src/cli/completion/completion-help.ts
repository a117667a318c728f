/** The help of `completion`, which has no options. */
import { say } from '../../texts/say.js';
import { SHELLS } from './shells.js';

export function completionHelp(): string {
  const { completion, help } = say;
  return `${help.usage(`sluice completion [${SHELLS.join(' | ')}]`)}\n\n${completion.description}\n`;
}
