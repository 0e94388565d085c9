// A PostgreSQL server on a port of its own.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, startCluster } from '../store/server-cluster.mjs';

/**
 * `{port, user, folder, restart(), failOver(), stop()}` of a server whose data is gone after `stop`; it survives crashes of its own.
 * Machines of `10.77.0.0/16` can reach it where `isOpen`.
 */
export async function ownServer({ settings = '', isOpen = false } = {}) {
  const start = async (primary) => {
    const port = await freePort();
    const addresses = isOpen ? "'*'" : '127.0.0.1';
    const options = () =>
      `-p ${port} -c listen_addresses=${addresses} -c unix_socket_directories= ${settings}`;
    const cluster = startCluster(options, primary);
    if (isOpen && primary === undefined) {
      appendFileSync(join(cluster.folder, 'data', 'pg_hba.conf'), 'host all all 10.77.0.0/16 trust\n');
      cluster.run('pg_ctl', '-D', join(cluster.folder, 'data'), 'reload');
    }
    return { port, ...cluster };
  };
  const urlOf = ({ port }) => `postgres://owner@127.0.0.1:${port}/postgres`;
  const ask = (server, statement) =>
    server.run('psql', '-X', '-q', '-A', '-t', '-d', urlOf(server), '-c', statement);
  let current = await start();
  const stop = () => {
    process.off('exit', stop);
    current.stop('immediate');
    current.remove();
  };
  // A hunt that fails leaves no server.
  process.on('exit', stop);
  return {
    get port() {
      return current.port;
    },
    user: 'owner',
    get folder() {
      return current.folder;
    },
    /** At once, as after a power failure. */
    restart() {
      current.stop('immediate');
      current.start();
    },
    /** A standby without whose word nothing is committed takes over from a server that fails; on another port. */
    async failOver() {
      const [primary, standby] = [current, await start(urlOf(current))];
      ask(primary, `ALTER SYSTEM SET synchronous_standby_names = '*'`);
      ask(primary, 'SELECT pg_reload_conf()');
      while (!ask(primary, 'SELECT sync_state FROM pg_stat_replication').includes('sync')) await delay(50);
      await delay(Math.random() * 1000);
      primary.stop('immediate');
      standby.promote();
      current = standby;
      primary.remove();
    },
    stop,
  };
}
