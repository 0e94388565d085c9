// A PostgreSQL server of Debian's package on a temporary folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = '/usr/lib/postgresql';

/** A port of this machine that nobody uses. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Why no server can be started here; undefined if one can. */
export function reasonWithoutServer() {
  if (programs() === undefined) return `there is no PostgreSQL in ${PACKAGES} (apt-get install postgresql)`;
  if (ownerIds() === undefined) return 'there is no user postgres to start the server as';
  return undefined;
}

/** The programs of the newest version. */
function programs() {
  if (!existsSync(PACKAGES)) return undefined;
  const versions = readdirSync(PACKAGES).toSorted((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

/** The ids of the user that the server runs as: it refuses root. */
function ownerIds() {
  if (process.getuid() !== 0) return { uid: process.getuid(), gid: process.getgid() };
  const { status, stdout } = spawnSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' });
  const [, , uid, gid] = stdout?.split(':') ?? [];
  return status === 0 ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * Starts a server of the user `owner`, who needs no password, with the options that `optionsOf` gives for its folder; a standby of
 * the server with the URL `primary`, if there is one.
 */
export function startCluster(optionsOf, primary) {
  const reason = reasonWithoutServer();
  if (reason !== undefined) throw new Error(reason);
  const bin = programs();
  const owner = ownerIds();
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-pg-'));
  const data = join(folder, 'data');
  chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o755);
  const run = (program, ...args) =>
    execFileSync(join(bin, program), args, { ...owner, cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  if (primary === undefined)
    run('initdb', '-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync');
  else run('pg_basebackup', '-D', data, '-d', primary, '-R', '-X', 'stream', '-c', 'fast', '--no-sync');
  // The log takes what the server prints, or pg_ctl would wait for it.
  const start = () => {
    run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', '-o', optionsOf(folder), 'start');
  };
  start();
  return {
    folder,
    run,
    start,
    stop(mode) {
      run('pg_ctl', '-D', data, '-m', mode, '-w', 'stop');
    },
    promote: () => run('pg_ctl', '-D', data, '-w', 'promote'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
