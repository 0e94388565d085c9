// A PostgreSQL server of Debian's package on a temporary folder and a port of its own.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = '/usr/lib/postgresql';

function programs() {
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES).toSorted((a, b) => b - a) : [];
  const bin = versions
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((one) => existsSync(join(one, 'initdb')));
  if (bin === undefined) throw new Error(`there is no PostgreSQL in ${PACKAGES}: apt-get install postgresql`);
  return bin;
}

/** It refuses to run as root. */
function owner() {
  if (process.getuid() !== 0) return {};
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** `{port, user, restart(), stop()}` of a server whose data is gone after `stop`; it survives crashes of its own. */
export async function ownServer(settings = '') {
  const bin = programs();
  const as = owner();
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-server-'));
  chmodSync(folder, 0o755);
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const run = (program, ...args) =>
    execFileSync(join(bin, program), args, { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  run('initdb', '-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= ${settings}`;
  const start = () => run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', '-o', options, 'start');
  start();
  return {
    port,
    user: 'owner',
    /** At once, as after a power failure. */
    restart() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      start();
    },
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
