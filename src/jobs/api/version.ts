/** The version of the package, for programs that look at a run. */
import { readFileSync } from 'node:fs';

const PACKAGE = new URL('../../../../package.json', import.meta.url);
let version: string | undefined;

export function versionOfPackage(): string {
  version ??= (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;
  return version;
}
