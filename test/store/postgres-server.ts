// A PostgreSQL server for the tests of one file: Debian's package, on a temporary folder and a free socket.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';

const PACKAGES = '/usr/lib/postgresql';

export interface TestServer {
  /** The URL of a fresh schema; its tables are not there yet. */
  freshUrl(user?: string): string;
  /** Runs statements, by default as the owner of the server. */
  psql(statements: string, database?: string, user?: string): string;
  /** Moves leases back, as if that time had passed by the clock of the server. */
  pass(url: string, durationMs: number): void;
  stop(): void;
  start(): void;
}

/** Why tests of a server are skipped here; undefined if one can be started. */
export const NO_SERVER: string | undefined = reasonWithout();

function reasonWithout(): string | undefined {
  if (programs() === undefined)
    return `skipped: there is no PostgreSQL in ${PACKAGES} (apt-get install postgresql)`;
  if (process.getuid?.() === 0 && ownerIds() === undefined)
    return 'skipped: there is no user postgres to start the server as';
  return undefined;
}

/** The programs of the newest version. */
function programs(): string | undefined {
  if (!existsSync(PACKAGES)) return undefined;
  const versions = readdirSync(PACKAGES).toSorted((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

/** The ids of the user that the server runs as: it refuses root. */
function ownerIds(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const { status, stdout } = spawnSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' });
  const [, , uid, gid] = stdout?.split(':') ?? [];
  return status === 0 ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Starts a server that ends with the tests of the file. */
export function startServer(): TestServer {
  const bin = programs();
  const owner = ownerIds();
  if (bin === undefined || owner === undefined) throw new Error(NO_SERVER);
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-pg-'));
  const data = join(folder, 'data');
  chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o755);
  const run = (program: string, ...given: readonly string[]) =>
    execFileSync(join(bin, program), given, { ...owner, cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  run('initdb', '-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync');
  const options = `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off`;
  // The log takes what the server prints, or pg_ctl would wait for it.
  const start = () => void run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', '-o', options, 'start');
  const stop = () => void run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop');
  start();
  let schemas = 0;
  afterAll(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const psql = (statements: string, database = 'postgres', user = 'owner') =>
    run(
      'psql',
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      `postgres://${user}@/${database}?host=${folder}`,
      '-c',
      statements,
    );
  return {
    freshUrl: (user = 'owner') => `postgres://${user}@/postgres?host=${folder}&schema=test_${++schemas}`,
    psql,
    pass: (url, durationMs) => {
      const schema = new URLSearchParams(url.split('?')[1]).get('schema');
      psql(`UPDATE ${schema}.claims SET expires_at_ms = expires_at_ms - ${durationMs}`);
    },
    stop,
    start,
  };
}

/** Tests with a server of their own; where none can be started, one line says why they are skipped. */
export function describeServer(name: string, tests: (server: TestServer) => void): void {
  const reason = NO_SERVER;
  if (reason === undefined) describe(name, () => tests(startServer()));
  else describe(name, () => test.skip(reason, () => {}));
}
