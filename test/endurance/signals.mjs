// SIGINT and SIGTERM at random moments of a slow sweep, start-up among them, and while a thread hangs: the first drains in under
// 2 s, a second ends at once, and nothing is lost.
//   node test/endurance/signals.mjs [signals, 24] [engine, native] [seed, 1]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  fingerprint,
  focalsweep,
  inspect,
  must,
  seededChance,
  startFocalsweep,
  UNBUNDLED,
  workFolder,
  writeSpec,
} from './sweep-under-test.mjs';

const wanted = Number(process.argv[2] ?? 24);
const engine = process.argv[3] ?? 'native';
const seed = Number(process.argv[4] ?? 1);
const DRAIN_LIMIT_MS = 2000;
const EXIT = { SIGINT: 130, SIGTERM: 143 };

const chance = seededChance(seed);
const folder = workFolder();
const epochs = engine.startsWith('native') ? 100 : 10;
const spec = writeSpec(folder, 'undisturbed', { engine, epochs, rows: 20_000 });
const reference = join(folder, 'reference.db');
must(
  focalsweep(['launch', spec, '--db', reference], { timeoutMs: 600_000 }).status === 0,
  'the undisturbed sweep ends',
);
const expected = fingerprint(reference);

const drained = [];
const cutShort = [];
let sweeps = 0;
let db = join(folder, 'interrupted-0.db');
for (let sent = 0; sent < wanted; ) {
  const launch = startFocalsweep(['launch', spec, '--db', db, '--workers', '2', '--checkpoint-every', '1']);
  const inStartUp = chance() < 0.25;
  while (!inStartUp && !/to train/.test(launch.stderr()) && launch.child.exitCode === null) await delay(5);
  const end = await Promise.race([launch.ended, delay(chance() * 3000)]);
  if (end === undefined) {
    const signal = chance() < 0.5 ? 'SIGINT' : 'SIGTERM';
    const again = chance() < 0.5;
    await interrupt(launch, signal, again);
    sent++;
    continue;
  }
  sweeps++;
  finish(end, db);
  db = join(folder, `interrupted-${sweeps}.db`);
}
sweeps++;
finish(focalsweep(['launch', spec, '--db', db], { timeoutMs: 600_000 }), db);

/** Sends the signal, once or twice, and holds the end of the launch to what is promised. */
async function interrupt(launch, signal, again) {
  const before = resultsIn(db);
  const sentAt = performance.now();
  launch.child.kill(signal);
  if (again) {
    while (!/Stopp/.test(launch.stderr()) && launch.child.exitCode === null) await delay(1);
    launch.child.kill(signal);
  }
  const secondAt = performance.now();
  const { status: exit, signal: endedBy, stderr } = await launch.ended;
  // Node itself ends on a signal in its first moments.
  const status = exit ?? EXIT[endedBy];
  const at = `${signal}${again ? ' twice' : ''} (seed ${seed})`;
  if (status === 0) return; // It had just ended by itself.
  must(status === EXIT[signal], `${at}: exit ${status}\n${stderr}`);
  if (again) cutShort.push(performance.now() - secondAt);
  else {
    drained.push(performance.now() - sentAt);
    must(
      /continue with: focalsweep launch |Launch again/.test(stderr) || exit === null,
      `${at}: no word how to go on\n${stderr}`,
    );
  }
  const after = resultsIn(db);
  must(after >= before, `${at}: ${before} results before, ${after} after`);
}

/** 0 while there is no database, or none with tables. */
function resultsIn(path) {
  try {
    const { integrity, results } = inspect(path);
    must(integrity === 'ok', `integrity_check: ${integrity}`);
    return results;
  } catch (error) {
    must(!existsSync(path) || /no such table/.test(error.message), `unreadable: ${error.stack}`);
    return 0;
  }
}

/** A thread that never looks up (γ = 14 of the faulty engine) is left behind in time. */
async function interruptHungThread() {
  const hungSpec = writeSpec(folder, 'hung', { engine: 'native', epochs: 30, gammas: [0, 14], seeds: 1 });
  const hungDb = join(folder, 'hung.db');
  const node = ['--import', new URL('./faulty-engine.mjs', import.meta.url).href];
  const launch = startFocalsweep(['launch', hungSpec, '--db', hungDb, '--workers', '2'], {
    main: UNBUNDLED,
    node,
  });
  while (!/to train/.test(launch.stderr())) await delay(5);
  await delay(3000);
  const sentAt = performance.now();
  launch.child.kill('SIGINT');
  const { status, stderr } = await launch.ended;
  must(status === EXIT.SIGINT, `hung thread: exit ${status}\n${stderr}`);
  must(/continue with: focalsweep launch /.test(stderr), `hung thread: no word how to go on\n${stderr}`);
  drained.push(performance.now() - sentAt);
  return drained.at(-1);
}
const hungMs = await interruptHungThread();

function finish({ status, stderr }, path) {
  must(status === 0, `the sweep ends with exit 0, not ${status}\n${stderr}`);
  must(fingerprint(path) === expected, `the results differ from the undisturbed ones (seed ${seed})`);
}

const longest = (times) => (times.length === 0 ? '–' : `${Math.max(...times).toFixed(0)} ms`);
process.stdout.write(
  `${engine}: ${drained.length} signals drained in at most ${longest(drained)}; after ${cutShort.length} second signals the end came in at most ` +
    `${longest(cutShort)}; with a thread that hangs in ${hungMs.toFixed(0)} ms; ${sweeps} sweeps went on to the undisturbed results (seed ${seed})\n`,
);
must(Math.max(0, ...drained) < DRAIN_LIMIT_MS, `signals drain in under ${DRAIN_LIMIT_MS} ms`);
