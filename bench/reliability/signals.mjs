// SIGINT and SIGTERM at random moments of a slow sweep: the first drains in under 2 s, a second ends at once, and nothing is lost.
//   node bench/reliability/signals.mjs [signals, 24] [engine, native] [seed, 1]
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  fingerprint,
  focalsweep,
  inspect,
  must,
  seededChance,
  startFocalsweep,
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
  while (!/to train/.test(launch.stderr()) && launch.child.exitCode === null) await delay(5);
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
  const before = inspect(db).results;
  const sentAt = performance.now();
  launch.child.kill(signal);
  if (again) {
    while (!/Stopping/.test(launch.stderr()) && launch.child.exitCode === null) await delay(1);
    launch.child.kill(signal);
  }
  const secondAt = performance.now();
  const { status, stderr } = await launch.ended;
  const at = `${signal}${again ? ' twice' : ''} (seed ${seed})`;
  if (status === 0) return; // It had just ended by itself.
  must(status === EXIT[signal], `${at}: exit ${status}\n${stderr}`);
  if (again) cutShort.push(performance.now() - secondAt);
  else {
    drained.push(performance.now() - sentAt);
    must(/go on with: focalsweep launch /.test(stderr), `${at}: no word how to go on\n${stderr}`);
  }
  const { integrity, results } = inspect(db);
  must(integrity === 'ok', `${at}: integrity_check: ${integrity}`);
  must(results >= before, `${at}: ${before} results before, ${results} after`);
}

function finish({ status, stderr }, path) {
  must(status === 0, `the sweep ends with exit 0, not ${status}\n${stderr}`);
  must(fingerprint(path) === expected, `the results differ from the undisturbed ones (seed ${seed})`);
}

const longest = (times) => (times.length === 0 ? '–' : `${Math.max(...times).toFixed(0)} ms`);
process.stdout.write(
  `${engine}: ${drained.length} signals drained in at most ${longest(drained)}; after ${cutShort.length} second signals the end came in at most ` +
    `${longest(cutShort)}; ${sweeps} sweeps went on to the undisturbed results (seed ${seed})\n`,
);
must(Math.max(0, ...drained) < DRAIN_LIMIT_MS, `signals drain in under ${DRAIN_LIMIT_MS} ms`);
