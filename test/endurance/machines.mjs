// Network namespaces as machines of their own, whose links to this one fail as a network does: as root on Linux alone.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Where each machine finds the server, wherever it listens here. */
const SERVER_PORT = '5432';
const LOSING = (share) => ['-m', 'statistic', '--mode', 'random', '--probability', share, '-j', 'DROP'];
const RESETTING = ['-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'];

const run = (program, ...args) =>
  execFileSync(program, args.map(String), { encoding: 'utf8', stdio: 'pipe' });

/** Runs this program again in a network of its own, so that it changes nothing of the one it was started in. */
export async function inOwnNetwork() {
  if (process.env.FOCALSWEEP_OWN_NETWORK === undefined) {
    const env = { ...process.env, FOCALSWEEP_OWN_NETWORK: '1' };
    const again = spawn('unshare', ['--net', ...process.argv], { env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => again.kill(signal));
    const [status] = await once(again, 'exit');
    process.exit(status ?? 1);
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  run('ip', 'link', 'set', 'lo', 'up');
}

/** Why there can be no such machines here; undefined if there can. */
export function reasonWithoutMachines() {
  const program = `const { tryMachine } = await import(${JSON.stringify(import.meta.url)}); tryMachine();`;
  const command = ['--net', process.execPath, '--input-type=module', '-e', program];
  const { status, stderr, error } = spawnSync('unshare', command, { encoding: 'utf8' });
  return status === 0 ? undefined : `there can be no machines of its own: ${error?.message ?? stderr}`;
}

/** Makes a machine and each fault of its link once. */
export function tryMachine() {
  const one = machine(() => 1);
  one.cut(0);
  one.lose(0.5, 0);
  one.delay(10, 0);
  one.reset();
  one.follow();
  one.close();
}

let made = 0;
const left = new Set();
process.on('exit', () => {
  for (const name of left) spawnSync('ip', ['netns', 'del', name]);
});

/**
 * Makes a machine which `prefix` runs commands on, and whose address of the server is `host`:`port`. What its link does is silent: no
 * side is told of a packet that is lost, so that connections stay half open.
 */
export function machine(portOf) {
  const number = made++;
  const name = `focalsweep-${process.pid}-${number}`;
  const prefix = ['ip', 'netns', 'exec', name];
  const [here, there] = [`here${number}`, `there${number}`];
  const addressOf = (end) => `10.77.${number >> 6}.${(number & 63) * 4 + end}`;
  const host = addressOf(1);
  const ends = [
    { side: [], device: here, address: host },
    { side: prefix, device: there, address: addressOf(2) },
  ];
  left.add(name);
  run('ip', 'netns', 'add', name);
  run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  run(...prefix, 'ip', 'link', 'set', 'lo', 'up');
  for (const { side, device, address } of ends) {
    run(...side, 'ip', 'addr', 'add', `${address}/30`, 'dev', device);
    run(...side, 'ip', 'link', 'set', device, 'up');
  }
  let end = () => {};
  /** One fault at a time: the next ends the one before. */
  const during = (forMs, begin, stop) => {
    end();
    begin();
    const timer = setTimeout(() => end(), forMs).unref();
    end = () => {
      clearTimeout(timer);
      end = () => {};
      stop();
    };
  };
  const filtered = (rule, forMs) => {
    const change = (how) => {
      for (const chain of ['INPUT', 'OUTPUT']) run(...prefix, 'iptables', how, chain, ...rule);
    };
    during(
      forMs,
      () => change('-A'),
      () => change('-D'),
    );
  };
  const forwarding = [
    'PREROUTING',
    '-t',
    'nat',
    '-i',
    here,
    '-p',
    'tcp',
    '--dport',
    SERVER_PORT,
    '-j',
    'REDIRECT',
  ];
  let port = portOf();
  run('iptables', '-A', ...forwarding, '--to-ports', port);
  return {
    host,
    port: SERVER_PORT,
    prefix,
    /** New connections go where the server now is. */
    follow() {
      run('iptables', '-D', ...forwarding, '--to-ports', port);
      port = portOf();
      run('iptables', '-A', ...forwarding, '--to-ports', port);
    },
    cut: (forMs) => filtered(['-j', 'DROP'], forMs),
    lose: (share, forMs) => filtered(LOSING(share), forMs),
    /** So few bits a second that a full packet takes `ms`. */
    delay(ms, forMs) {
      const limit = [
        'tbf',
        'rate',
        `${Math.ceil(12_000 / Math.max(1, ms))}kbit`,
        'burst',
        '3kb',
        'latency',
        '3s',
      ];
      const change = (how, ...more) => {
        for (const { side, device } of ends) run(...side, 'tc', 'qdisc', how, 'dev', device, 'root', ...more);
      };
      during(
        forMs,
        () => change('add', ...limit),
        () => change('del'),
      );
    },
    /** The machine is told that its connections are closed, and the server is not. */
    reset: () => filtered(RESETTING, 300),
    close() {
      end();
      run('ip', 'netns', 'del', name);
      left.delete(name);
    },
  };
}
