// The server that the bytes come from: nginx, or the embedded one where there is none.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep } from '../../src/lib/waiting/sleep.js';

const FAKE_SERVER = fileURLToPath(new URL('../fakes/main.js', import.meta.url));
const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));
export const CREDENTIALS = { UPYUN_OPERATOR: 'bench', UPYUN_PASSWORD: 'bench' };

export interface Served {
  readonly name: string;
  readonly origin: string;
  close(): Promise<void>;
}

export interface ApiServer {
  /** Of the REST API. */
  readonly endpoint: string;
  /** Of the objects, unsigned. */
  readonly cdn: string;
  close(): Promise<void>;
}

/** The embedded server in a process of its own; its bucket is called demo. */
export async function startApi(contents: readonly string[]): Promise<ApiServer> {
  const login = ['--operator', CREDENTIALS.UPYUN_OPERATOR, '--password', CREDENTIALS.UPYUN_PASSWORD];
  const server = spawn(process.execPath, [FAKE_SERVER, ...contents, ...login, '--until-stdin-closes'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  const { endpoint, cdn } = JSON.parse(line) as { endpoint: string; cdn: string };
  return { endpoint, cdn, close: () => stop(server) };
}

/** Serves the files below `root`; undefined when there is no nginx. */
export async function startNginx(root: string, folder: string): Promise<Served | undefined> {
  if (NGINX === undefined) return undefined;
  const port = await freePort();
  mkdirSync(join(folder, 'nginx'), { recursive: true });
  const config = join(folder, 'nginx', 'nginx.conf');
  writeFileSync(config, configOf({ root, port, folder: join(folder, 'nginx') }));
  const server = spawn(NGINX, ['-c', config, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const origin = `http://127.0.0.1:${port}`;
  await answers(origin, server);
  return { name: 'nginx', origin, close: () => stop(server) };
}

function configOf({ root, port, folder }: { root: string; port: number; folder: string }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  ${temporary.join(' ')}
  access_log off; sendfile on; open_file_cache max=10000; keepalive_requests 1000000;
  server {
    listen 127.0.0.1:${port}; root ${root};
    location ~ ^/copy[0-9]+/(?<path>.*)$ { alias ${root}/$path; }
  }
}
`;
}

/** Nobody else takes it in the moment in between, on a machine that measures. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(origin: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) break;
    if (
      await fetch(origin).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(50);
  }
  throw new Error('nginx does not answer');
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, 'close');
  server.kill();
  await ended;
}
