// A PostgreSQL server on a port of its own.
import { createServer } from 'node:net';
import { startCluster } from '../store/server-cluster.mjs';

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** `{port, user, folder, restart(), stop()}` of a server whose data is gone after `stop`; it survives crashes of its own. */
export async function ownServer(settings = '') {
  const port = await freePort();
  const cluster = startCluster(
    () => `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= ${settings}`,
  );
  return {
    port,
    user: 'owner',
    folder: cluster.folder,
    /** At once, as after a power failure. */
    restart() {
      cluster.stop('immediate');
      cluster.start();
    },
    stop() {
      cluster.stop('immediate');
      cluster.remove();
    },
  };
}
