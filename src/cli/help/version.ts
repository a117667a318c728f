/** `--version`: the version alone on the first line, for programs; then what a report of a defect needs. */
import { say } from '../../texts/say.js';
import type { Build } from '../shipped.js';

export function versionText({ version, commit, isModified }: Build): string {
  const { version: words } = say.help;
  const built = commit === undefined ? words.unknown : isModified ? words.modified(commit) : commit;
  return [
    version,
    `${words.commit} ${built}`,
    `Node ${process.version}`,
    `${words.platform} ${process.platform} ${process.arch}`,
  ].join('\n');
}
