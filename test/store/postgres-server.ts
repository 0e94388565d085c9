// A PostgreSQL server for the tests of one file: Debian's package, on a temporary folder and a free socket.
import { afterAll, describe, test } from 'vitest';
import { reasonWithoutServer, startCluster } from './server-cluster.mjs';

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

/** The schema that a URL names. */
export function schemaOf(url: string): string | null {
  return new URLSearchParams(url.split('?')[1]).get('schema');
}

/** Why tests of a server are skipped here; undefined if one can be started. */
export const NO_SERVER: string | undefined = skipReason();

function skipReason(): string | undefined {
  const reason = reasonWithoutServer();
  return reason && `skipped: ${reason}`;
}

/** Starts a server that ends with the tests of the file. */
export function startServer(): TestServer {
  const { folder, remove, run, start, stop } = startCluster(
    (own) => `-c listen_addresses='' -c unix_socket_directories=${own} -c fsync=off`,
  );
  let schemas = 0;
  afterAll(() => {
    stop('fast');
    remove();
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
      psql(`UPDATE ${schemaOf(url)}.claims SET expires_at_ms = expires_at_ms - ${durationMs}`);
    },
    stop: () => stop('fast'),
    start,
  };
}

/** Tests with a server of their own; where none can be started, one line says why they are skipped. */
export function describeServer(name: string, tests: (server: TestServer) => void): void {
  const reason = NO_SERVER;
  if (reason === undefined) describe(name, () => tests(startServer()));
  else describe(name, () => test.skip(reason, () => {}));
}
