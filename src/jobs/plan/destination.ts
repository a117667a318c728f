/** Checks the destination before any request, so that foreseeable failures show at once. Creates nothing. */
import { accessSync, constants, existsSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { KERNEL_FILE_SYSTEMS } from '../../sinks/disks/file-systems.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';

/** The problems of destination folders: of each folder, and of all of them together. */
export function foldersProblems(folders: readonly string[], flag: string): string[] {
  const problems = folders.map((folder) => folderProblem(folder, flag)).filter((problem) => problem !== undefined);
  const real = folders.map(realPath);
  for (const [index, path] of real.entries()) {
    const other = real.findIndex(
      (one, place) => place !== index && `${path}/`.startsWith(one === '/' ? '/' : `${one}/`),
    );
    // When two folders are the same, only one message appears.
    if (other === -1 || (real[other] === path && other > index)) continue;
    const { about, givenTwice, liesIn } = say.jobs.plan;
    problems.push(about(flag, folders[index]!, real[other] === path ? givenTwice : liesIn(folders[other]!)));
  }
  return problems;
}

/** The problems of folders that must exist and do not. */
export function missingFolders(folders: readonly string[], flag: string): string[] {
  return folders.flatMap((folder) => {
    const stat = look(folder);
    if (typeof stat === 'string') return [say.jobs.plan.about(flag, folder, stat)];
    return stat?.isDirectory() ? [] : [say.jobs.plan.about(flag, folder, say.jobs.plan.noFolder)];
  });
}

/** Resolves the links in the part of the path that exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** The problem of a destination folder, or undefined. */
function folderProblem(folder: string, flag: string): string | undefined {
  const { plan } = say.jobs;
  for (let path = folder; ; path = dirname(path)) {
    const stat = look(path);
    if (typeof stat === 'string') return plan.about(flag, folder, stat);
    if (stat === undefined) continue;
    if (!stat.isDirectory())
      return plan.about(flag, folder, path === folder ? plan.notFolder : plan.otherNotFolder(path));
    if (isOfTheKernel(path)) return plan.about(flag, folder, plan.kernel(path));
    const code = refusalToWrite(path);
    if (code === undefined) return undefined;
    // The folder already holds a copy. So the disk is at fault, not the command.
    if (code === 'EROFS' && existsSync(join(folder, MARKER))) return undefined;
    return plan.about(flag, folder, refusalText(path, code));
  }
}

/** Why the system refuses to write there. A read-only disk is no question of permission. */
function refusalText(path: string, code: string): string {
  const { readOnly, noPermission, refused } = say.jobs.plan;
  if (code === 'EROFS') return readOnly(path);
  return code === 'EACCES' || code === 'EPERM' ? noPermission(path, code) : refused(path, code);
}

/** The problem of an output file, or undefined. */
export function fileProblem(file: string, flag: string): string | undefined {
  const stat = look(file);
  if (typeof stat === 'string') return say.jobs.plan.about(flag, file, stat);
  if (stat?.isDirectory()) return say.jobs.plan.about(flag, file, say.jobs.plan.isFolder);
  if (stat !== undefined && !stat.isFile()) return undefined;
  return folderProblem(dirname(join(file)), flag);
}

function look(path: string): ReturnType<typeof statSync> | string {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A parent in the path is a file. The walk upwards reports it.
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? undefined : systemText(error);
  }
}

function isOfTheKernel(path: string): boolean {
  return KERNEL_FILE_SYSTEMS.has(statfsSync(path).type);
}

/** The file that marks a folder as part of a copy. */
const MARKER = '.sluice/volume.json';

/** The error code when the system refuses to write, or undefined. */
function refusalToWrite(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EACCES';
  }
}
