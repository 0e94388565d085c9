// Sweeps that workers train while workers and planners are killed, frozen past their lease, and asked to end, at random moments; on a
// server, workers are also cut off, slowed down and disconnected, the server is restarted or a standby takes over, and the clock of every
// process is set forwards and back by up to an hour, again and again. With `machines` each process has a network namespace of its own,
// whose packets get lost as well. Every sweep must have the fingerprint of one undisturbed process, and each run one result.
//   node test/endurance/queue.mjs [faults] [workers] [file|server|machines] [sweeps]
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { faultyProxy } from './faulty-proxy.mjs';
import { inOwnNetwork, machine } from './machines.mjs';
import { ownServer } from './own-server.mjs';
import { focalsweep, must, startFocalsweep, workFolder, writeSpec } from './sweep-under-test.mjs';

const [faults = 20, workers = 4, place = 'file', ...only] = process.argv.slice(2);
if (place === 'machines') await inOwnNetwork();
const folder = workFolder();
// What workers on a server keep on their machine is below the working folder.
process.chdir(folder);
const SWEEPS = {
  grid: { engine: 'native', epochs: 900 },
  trees: { engine: 'trees', epochs: 60 },
  halving: { engine: 'native', epochs: 600, seeds: 3, more: 'stop: {type: successive_halving, grace: 60}\n' },
  racing: { engine: 'native', epochs: 400, seeds: 4, more: 'stop: {type: halving_then_racing, grace: 40}\n' },
  tpe: { engine: 'native', epochs: 400, method: 'tpe' },
};
const names = only.length > 0 ? only : Object.keys(SWEEPS);
/** Code for a process whose clock is wrong by up to an hour, and is set anew every few seconds; its threads have other ones. */
const WRONG_CLOCK = `data:text/javascript,${encodeURIComponent(`const now = Date.now;
let byMs = 0;
const set = () => { byMs = Math.floor((Math.random() - 0.5) * 7_200_000); };
set();
setInterval(set, 5000).unref();
Date.now = () => now() + byMs;`)}`;
const random = (below) => Math.floor(Math.random() * below);
const server = place === 'file' ? undefined : await ownServer({ isOpen: place === 'machines' });

const OF_PROCESSES = {
  'kill a worker': ({ worker }) => worker.signal('SIGKILL'),
  'freeze a worker': ({ worker }) => worker.freeze(random(30_000)),
  'end a worker': ({ worker }) => worker.signal('SIGTERM'),
  'kill the planner': ({ planner }) => planner.signal('SIGKILL'),
  'freeze the planner': ({ planner }) => planner.freeze(random(5000)),
};
const OF_THE_SERVER = {
  'cut a worker off': ({ worker }) => worker.link.cut(random(30_000)),
  'slow a worker down': ({ worker }) => worker.link.delay(random(300), random(10_000)),
  'disconnect a worker': ({ worker }) => worker.link.reset(),
  'disconnect the planner': ({ planner }) => planner.link.reset(),
  'restart the server': () => server.restart(),
  'fail over to a standby': async () => {
    await server.failOver();
    for (const link of links) link.follow();
  },
};
const OF_MACHINES = {
  'cut the planner off': ({ planner }) => planner.link.cut(random(30_000)),
  "lose a worker's packets": ({ worker }) => worker.link.lose(Math.random() / 2, random(20_000)),
};
const FAULTS = {
  ...OF_PROCESSES,
  ...(server !== undefined && OF_THE_SERVER),
  ...(place === 'machines' && OF_MACHINES),
};
const done = Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0]));
/** Every kind comes once before any comes again. */
let deck = [];
function nextFault() {
  if (deck.length === 0) deck = Object.keys(FAULTS);
  const [fault] = deck.splice(random(deck.length), 1);
  return [fault, FAULTS[fault]];
}
const doneFaults = () => Object.values(done).reduce((sum, count) => sum + count, 0);

const printOf = (db) => focalsweep(['fingerprint', '--db', db]).stdout;
const countOf = (db, table) =>
  Number(
    focalsweep([
      'query',
      '--db',
      db,
      '--sql',
      `select count(*) from ${table}`,
      '--format',
      'csv',
    ]).stdout.split('\n')[1],
  );
const placeOf = (at, { host, port } = { host: '127.0.0.1', port: server?.port }) =>
  server === undefined
    ? join(folder, `queued-${at}.db`)
    : `postgres://${server.user}@${host}:${port}/postgres?schema=queued_${at}`;

const links = new Set();
/** How a process reaches the server; undefined if there is none. */
async function linked() {
  if (server === undefined) return undefined;
  const link = await (place === 'machines' ? machine(() => server.port) : faultyProxy(() => server.port));
  links.add(link);
  return link;
}

/** A command that is started again whenever it dies, until `end`; with a link of its own to the server if there is one. */
async function kept(command, at) {
  const link = await linked();
  const args = [...command, '--db', placeOf(at, link)];
  const start = () => startFocalsweep(args, link && { node: ['--import', WRONG_CLOCK], prefix: link.prefix });
  let started = start();
  let isOver = false;
  const signal = (name) => {
    try {
      process.kill(-started.child.pid, name);
    } catch {
      // It has just ended.
    }
  };
  const running = (async () => {
    for (;;) {
      const { status } = await started.ended;
      if (isOver || status === 0) return;
      await delay(random(500));
      if (isOver) return;
      started = start();
    }
  })();
  return {
    link,
    running,
    signal,
    freeze(forMs) {
      signal('SIGSTOP');
      setTimeout(() => signal('SIGCONT'), forMs).unref();
    },
    async end() {
      isOver = true;
      signal('SIGCONT');
      signal('SIGTERM');
      await Promise.race([started.ended, delay(10_000)]);
      signal('SIGKILL');
      await started.ended;
      links.delete(link);
      link?.close();
    },
  };
}

/** Trains a sweep by a queue; gives the seconds that it took. */
async function queued(spec, at, isDisturbed) {
  const startedAt = performance.now();
  const planner = await kept(['launch', spec, '--queue'], at);
  await delay(1500);
  const crew = [];
  for (let each = 0; each < Number(workers); each++) {
    crew.push(await kept(['worker', '--workers', '1', '--lanes', '2'], at));
  }
  let isOver = false;
  const whole = planner.running.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([whole, delay(300 + random(1500))]);
    if (isOver || !isDisturbed || doneFaults() >= Number(faults)) continue;
    const [fault, doIt] = nextFault();
    done[fault]++;
    await doIt({ planner, worker: crew[random(crew.length)] });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all([...crew, planner].map((one) => one.end()));
  return seconds;
}

const references = new Map();
let at = 0;
let [results, attempts, lostSeconds] = [0, 0, 0];
for (let sweeps = 0; doneFaults() < Number(faults) || sweeps < names.length; sweeps++) {
  const name = names[sweeps % names.length];
  const spec = writeSpec(folder, name, SWEEPS[name]);
  if (!references.has(name)) {
    const db = join(folder, `${name}.db`);
    must(focalsweep(['launch', spec, '--db', db]).status === 0, `${name} ends undisturbed`);
    references.set(name, { print: printOf(db), seconds: await queued(spec, at++, false) });
  }
  const reference = references.get(name);
  const before = doneFaults();
  const seconds = await queued(spec, at, true);
  const db = placeOf(at++);
  lostSeconds += seconds - reference.seconds;
  must(printOf(db) === reference.print, `${name} has the fingerprint of an undisturbed process`);
  must(focalsweep(['check', '--db', db]).status === 0, `${name} is whole`);
  const own = countOf(db, 'results');
  results += own;
  attempts += countOf(db, 'attempts');
  process.stdout.write(
    `${name}: equal, ${own} results, ${doneFaults() - before} faults, ${seconds.toFixed(0)} s (${reference.seconds.toFixed(0)} s without)\n`,
  );
}
server?.stop();
process.stdout.write(
  `${doneFaults()} faults with ${workers} workers on ${place === 'machines' ? place : `a ${place}`}: all equal to one process; ${results} results of ${attempts} attempts; ${(lostSeconds / doneFaults()).toFixed(1)} s lost per fault\n${JSON.stringify(done)}\n`,
);
process.exit();
