/** Checks the destination before any request, so that foreseeable failures show at once. Creates nothing. */
import { accessSync, constants, existsSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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
    const how = real[other] === path ? 'is given twice' : `lies in ${folders[other]}`;
    problems.push(`${flag} ${folders[index]}: ${how}; each disk needs a folder of its own`);
  }
  return problems;
}

/** The problems of folders that must exist and do not. */
export function missingFolders(folders: readonly string[], flag: string): string[] {
  return folders.flatMap((folder) => {
    const stat = look(folder);
    if (typeof stat === 'string') return [`${flag} ${folder}: ${stat}`];
    return stat?.isDirectory() ? [] : [`${flag} ${folder}: there is no such folder`];
  });
}

/** Resolves the links in the part of the path that exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** The problem of a destination folder, or undefined. */
function folderProblem(folder: string, flag: string): string | undefined {
  for (let path = folder; ; path = dirname(path)) {
    const stat = look(path);
    if (typeof stat === 'string') return `${flag} ${folder}: ${stat}`;
    if (stat === undefined) continue;
    if (!stat.isDirectory()) return `${flag} ${folder}: ${path === folder ? 'this' : path} is not a folder`;
    if (isOfTheKernel(path)) return `${flag} ${folder}: ${path} is the kernel's, not a disk`;
    const code = refusalToWrite(path);
    if (code === undefined) return undefined;
    if (code !== 'EROFS') return `${flag} ${folder}: no permission to write in ${path}`;
    // The folder already holds a copy. So the disk is at fault, not the command.
    if (existsSync(join(folder, MARKER))) return undefined;
    return `${flag} ${folder}: the file system of ${path} is read-only`;
  }
}

/** The problem of an output file, or undefined. */
export function fileProblem(file: string, flag: string): string | undefined {
  const stat = look(file);
  if (typeof stat === 'string') return `${flag} ${file}: ${stat}`;
  if (stat?.isDirectory()) return `${flag} ${file}: this is a folder`;
  if (stat !== undefined && !stat.isFile()) return undefined;
  return folderProblem(dirname(join(file)), flag);
}

function look(path: string): ReturnType<typeof statSync> | string {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code = 'cannot be looked at' } = error as NodeJS.ErrnoException;
    // ENOTDIR: a parent in the path is a file. The walk upwards reports it.
    return code === 'ENOTDIR' ? undefined : code;
  }
}

/** proc and sysfs (linux/magic.h): they store no files, and Node's recursive mkdir never returns there. */
const KERNEL_FILE_SYSTEMS = new Set([0x9fa0, 0x62656572]);

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
