// The README's examples with their output: each line after `$ ` in a block named `console` is run on a terminal of 80
// columns, one after the other, against a bucket of 3,000 pictures.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bucket } from '../../fakes/buckets/bucket.js';
import { imageBucket } from '../../fakes/buckets/image-bucket.js';
import { startUpyunServer, type UpyunServerOptions } from '../../fakes/upyun/upyun-server.js';
import { type DrawnTerminal, openTerminal } from '../cli/tmux.js';
import { until } from '../waiting.js';

const CLI = fileURLToPath(new URL('../../../bin/sluice/main.js', import.meta.url));
/** What the README calls the server, and its CDN domain. */
const SERVER = 'http://127.0.0.1:8480';
const CDN = 'https://img.example.com';
/** What it calls the working folder: as long as the real name in /tmp, so that the columns stay. */
const FOLDER = '/home/lin/pictures';

export interface StandOptions extends Partial<UpyunServerOptions> {
  /** Content of the bucket `photos`. @default 3,000 pictures */
  readonly photos?: Bucket;
}

/** A folder with a `sluice` command, a server, and a way to run lines there. */
export interface Stand {
  readonly folder: string;
  /** Begins a line on a terminal. The caller closes the terminal. */
  begin(line: string): DrawnTerminal;
  /** Runs a line on a terminal; the output has the README's address in place of the server's. */
  run(line: string): Promise<{ output: string; code: number }>;
  close(): Promise<void>;
}

export async function openStand(
  locale: string,
  { photos = imageBucket({ count: 3_000 }), ...rest }: StandOptions = {},
): Promise<Stand> {
  const server = await startUpyunServer({ buckets: { photos }, logLimit: 0, ...rest });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  const root = mkdtempSync(join(tmpdir(), 'sluice-'));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'sluice'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  chmodSync(join(bin, 'sluice'), 0o755);
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    LANG: locale,
    LC_ALL: undefined,
    LC_MESSAGES: undefined,
    NO_PROXY: '*',
  };
  const exports: string[] = [];
  const begin = (line: string) => {
    const real = line
      .replaceAll(SERVER, server.endpoint)
      .replaceAll(CDN, server.cdn('photos'))
      .replace(/(?<!\w)\/(disk\d)\b/g, `${root}/$1`);
    // A shell keeps what was exported; each of these lines has a shell of its own.
    if (line.startsWith('export ')) exports.push(real);
    return openTerminal([...exports, real].join('; '), { cwd: folder, env });
  };
  return {
    folder,
    begin,
    run: async (line) => {
      const terminal = begin(line);
      try {
        await until(() => terminal.exitCode() !== undefined, `the end of: ${line}`);
        const output = terminal.text().replaceAll(server.endpoint, SERVER).replaceAll(`${root}/disk`, '/disk');
        return { output: output.replaceAll(folder, FOLDER), code: terminal.exitCode()! };
      } finally {
        terminal.close();
      }
    },
    close: async () => {
      await server.close();
      for (const path of [folder, root]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The blocks of code of a document. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code!);
}

/** The text of a document with the output of its examples as it is now. */
export async function withOutputs(text: string, stand: Pick<Stand, 'run'>): Promise<string> {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(/(?<=^```console\n)[\s\S]*?(?=^```$)/gm)) {
    const parts: string[] = [];
    for (const example of match[0].split(/^(?=\$ )/m)) {
      const [command, ...old] = example.trimEnd().split('\n') as [string, ...string[]];
      const { output, code } = await stand.run(command.slice(2));
      if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`);
      const isSame = fingerprint(old.join('\n')) === fingerprint(output);
      parts.push([command, ...(isSame ? old : output.split('\n').filter((line) => line !== ''))].join('\n'));
    }
    result += `${text.slice(end, match.index)}${parts.join('\n')}\n`;
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

/** Times, rates and sizes differ from run to run, and with them the columns; words and counts of objects do not. */
function fingerprint(output: string): string {
  return (
    output
      // What a run does in its last moments, and what it had to wait for on a busy machine.
      .replace(/^(ETA|health|so far|预计|状态|累计) .*\n/gm, '')
      .replace(/\n+/g, '\n')
      .replace(/[█░]+/g, '█')
      .replace(/\b0(?= ?(s\b|秒))/g, '1')
      .replace(/\d[\d,.:]*/g, (number) => (/^(0|3,000)$/.test(number) ? number : '#'))
      .replace(/\b[kMG]?B\b/g, 'B')
      .replace(/ /g, '')
      .replace(/#((m|h|d|分|小时|天)#)+/g, '#')
  );
}
