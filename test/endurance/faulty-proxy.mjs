// A proxy between a worker and a server, which can delay what goes through it, cut it off for a while without a word, or close it.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** `{host, port, cut(forMs), delay(ms, forMs), hush(), reset(), follow(), close()}` in front of a server, whose port may change. */
export async function faultyProxy(portOf) {
  const pairs = new Set();
  /** What nothing goes through any more. */
  const hushed = new Set();
  let [delayMs, cutUntil] = [0, 0];
  // Bytes keep their order: what comes later waits for what came before.
  const forward = (from, to) => {
    let last = Promise.resolve();
    from.on('data', (bytes) => {
      if (hushed.has(from)) return;
      const arrived = performance.now();
      last = last.then(
        () =>
          new Promise((resolve) => {
            const pass = () => {
              const waitMs = Math.max(arrived + delayMs, cutUntil) - performance.now();
              if (waitMs > 0) setTimeout(pass, waitMs).unref();
              else {
                to.write(bytes);
                resolve();
              }
            };
            pass();
          }),
      );
    });
    from.on('end', () => last.then(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect(portOf(), '127.0.0.1');
    const pair = [client, upstream];
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    forward(client, upstream);
    forward(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: server.address().port,
    cut(forMs) {
      cutUntil = performance.now() + forMs;
    },
    delay(ms, forMs) {
      delayMs = ms;
      setTimeout(() => {
        delayMs = 0;
      }, forMs).unref();
    },
    /** Connections that are there stay, but nothing comes through them; new ones are whole. */
    hush() {
      for (const pair of pairs) for (const socket of pair) hushed.add(socket);
    },
    reset() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    /** Nothing to do: each new connection goes where the server is. */
    follow() {},
    close() {
      this.reset();
      server.close();
    },
  };
}
