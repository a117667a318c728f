// A real terminal for a command: a pseudo terminal that this process can take away, as a connection that breaks does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/**
 * Runs a command with the terminal as those of its descriptors that the first argument names ("012"), as the leader of a
 * session of its own. stdin is typed there, what shows there goes to stdout, and the end of stdin takes it away.
 */
const SCRIPT = `
import fcntl, os, pty, select, sys, termios
names, command = sys.argv[1], sys.argv[2:]
master, slave = pty.openpty()
pid = os.fork()
if pid == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    null = os.open('/dev/null', os.O_RDONLY)
    os.dup2(slave if '0' in names else null, 0)
    if '1' in names: os.dup2(slave, 1)
    if '2' in names: os.dup2(slave, 2)
    os.close(slave)
    os.execvp(command[0], command)
os.close(slave)
sources = [0, master]
while master in sources:
    for source in select.select(sources, [], [])[0]:
        try: data = os.read(source, 65536)
        except OSError: data = b''
        if source == 0 and data: os.write(master, data)
        elif source == master and data: os.write(1, data)
        elif source == 0:
            os.close(master)
            sources = []
            break
        else: sources.remove(source)
_, status = os.waitpid(pid, 0)
os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

/** The beginning of a command line; the command follows. `descriptors` are those that are the terminal, such as "02". */
export function onTerminal(descriptors: string): string[] {
  return ['python3', '-c', SCRIPT, descriptors];
}

/** For `test(name, { skip: skipWithoutTerminals() }, …)`. */
export function skipWithoutTerminals(): string | false {
  const { status } = spawnSync('python3', ['-c', 'import pty, termios; pty.openpty()']);
  if (status === 0) return false;
  const missing = 'no pseudo terminals: apt-get install python3';
  assert.notEqual(process.env.REQUIRE_TERMINALS, '1', missing);
  return missing;
}
