// Sweeps that workers train while workers and planners are killed, frozen past their lease, and asked to end, at random moments. Every
// sweep must have the fingerprint of one undisturbed process, and each run one result.
//   node test/endurance/queue.mjs [faults] [workers]
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { focalsweep, must, startFocalsweep, workFolder, writeSpec } from './sweep-under-test.mjs';

const [faults = 20, workers = 4] = process.argv.slice(2).map(Number);
const folder = workFolder();
const SWEEPS = {
  grid: { engine: 'native', epochs: 900 },
  trees: { engine: 'trees', epochs: 60 },
  halving: { engine: 'native', epochs: 600, seeds: 3, more: 'stop: {type: successive_halving, grace: 60}\n' },
  racing: { engine: 'native', epochs: 400, seeds: 4, more: 'stop: {type: halving_then_racing, grace: 40}\n' },
  tpe: { engine: 'native', epochs: 400, method: 'tpe' },
};
const FAULTS = ['kill a worker', 'freeze a worker', 'end a worker', 'kill the planner', 'freeze the planner'];
const FROZEN_MS = { 'freeze a worker': 30_000, 'freeze the planner': 5_000 };
const random = (below) => Math.floor(Math.random() * below);

const printOf = (db) => focalsweep(['fingerprint', '--db', db]).stdout;
const sqlOf = (db, statement) =>
  focalsweep(['query', '--db', db, '--sql', statement, '--format', 'csv']).stdout.split('\n')[1];

const done = Object.fromEntries(FAULTS.map((fault) => [fault, 0]));
const doneFaults = () => Object.values(done).reduce((sum, count) => sum + count, 0);

/** A command that is started again whenever it dies, until `end`. */
function kept(args) {
  let started = startFocalsweep(args);
  let isOver = false;
  const running = (async () => {
    for (;;) {
      const { status } = await started.ended;
      if (isOver || status === 0) return status;
      await delay(random(500));
      if (isOver) return status;
      started = startFocalsweep(args);
    }
  })();
  return {
    signal(name) {
      try {
        process.kill(-started.child.pid, name);
      } catch {
        // It has just ended.
      }
    },
    running,
    async end() {
      isOver = true;
      this.signal('SIGCONT');
      this.signal('SIGTERM');
      await started.ended;
    },
  };
}

/** Does something to a worker or to the planner. */
async function disturb(planner, crew) {
  const fault = FAULTS[random(FAULTS.length)];
  const victim = fault.endsWith('planner') ? planner : crew[random(crew.length)];
  done[fault]++;
  if (fault.startsWith('kill')) victim.signal('SIGKILL');
  else if (fault.startsWith('end')) victim.signal('SIGTERM');
  else {
    victim.signal('SIGSTOP');
    setTimeout(() => victim.signal('SIGCONT'), random(FROZEN_MS[fault])).unref();
  }
}

const references = new Map();
let sweeps = 0;
let [results, attempts] = [0, 0];
const startedAt = performance.now();
while (doneFaults() < faults || sweeps < Object.keys(SWEEPS).length) {
  const [name, options] = Object.entries(SWEEPS)[sweeps % Object.keys(SWEEPS).length];
  const spec = writeSpec(folder, name, options);
  if (!references.has(name)) {
    const db = join(folder, `${name}.db`);
    must(focalsweep(['launch', spec, '--db', db]).status === 0, `${name} ends undisturbed`);
    references.set(name, printOf(db));
  }
  const db = join(folder, `queued-${sweeps}.db`);
  const planner = kept(['launch', spec, '--db', db, '--queue']);
  await delay(1500);
  const crew = Array.from({ length: workers }, () =>
    kept(['worker', '--db', db, '--workers', '1', '--lanes', '2']),
  );
  let isOver = false;
  const whole = planner.running.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([whole, delay(300 + random(1500))]);
    if (!isOver && doneFaults() < faults) await disturb(planner, crew);
  }
  await Promise.all(crew.map((worker) => worker.end()));
  must(printOf(db) === references.get(name), `${name} has the fingerprint of an undisturbed process`);
  must(focalsweep(['check', '--db', db]).status === 0, `${name} is whole`);
  const own = Number(sqlOf(db, 'select count(*) from results'));
  results += own;
  attempts += Number(sqlOf(db, 'select count(*) from attempts'));
  sweeps++;
  process.stdout.write(`${sweeps} sweeps, ${doneFaults()} faults: ${name} equal (${own} results)\n`);
}
process.stdout.write(
  `${sweeps} sweeps with ${workers} workers and ${doneFaults()} faults in ${((performance.now() - startedAt) / 1000).toFixed(0)} s: all equal to one process; ${results} results of ${attempts} attempts\n${JSON.stringify(done)}\n`,
);
