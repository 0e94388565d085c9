// kill -9 at random moments of `launch` until its sweep is complete, over and over: nothing is lost, doubled or different.
//   node bench/reliability/kill.mjs [kills, 500] [engine, native] [seed, 1]
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

const wanted = Number(process.argv[2] ?? 500);
const engine = process.argv[3] ?? 'native';
const seed = Number(process.argv[4] ?? 1);
const EPOCHS = engine.startsWith('native') ? (wanted > 20 ? 250 : 80) : 12;

const chance = seededChance(seed);
const folder = workFolder();
const spec = writeSpec(folder, 'undisturbed', { engine, epochs: EPOCHS });

const reference = join(folder, 'reference.db');
const referenceStart = performance.now();
must(focalsweep(['launch', spec, '--db', reference]).status === 0, 'the undisturbed sweep ends');
const undisturbedMs = performance.now() - referenceStart;
const expected = fingerprint(reference);

/** The process that watches, the one that trains, or both at once. */
function kill(child) {
  const who = chance();
  if (who < 0.5) child.kill('SIGKILL');
  else if (who < 0.75) {
    const [trainer] = childrenOf(child.pid);
    if (trainer === undefined) child.kill('SIGKILL');
    else killQuietly(trainer);
  } else killQuietly(-child.pid);
}

function killQuietly(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself in the meantime
  }
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

const startedAt = performance.now();
const seen = { start: 0, training: 0, checkpoint: 0 };
let kills = 0;
let sweeps = 0;
let killsHere = 0;
let db = join(folder, 'killed-0.db');
while (kills < wanted || killsHere > 0) {
  // The last sweep is brought to its end in peace.
  const inPeace = kills >= wanted;
  const launch = startFocalsweep(['launch', spec, '--db', db, '--checkpoint-every', '0', '--workers', '2']);
  const timer = inPeace ? undefined : delay(chance() * (undisturbedMs * 0.8), 'kill');
  const end = await Promise.race([launch.ended, ...(timer === undefined ? [] : [timer])]);
  if (end === 'kill') {
    kill(launch.child);
    kills++;
    killsHere++;
    const { stderr } = await launch.ended;
    const phase = /to train/.test(stderr) ? 'training' : 'start';
    seen[phase]++;
    if (existsSync(`${db}-checkpoints`) && readdirSync(`${db}-checkpoints`).length > 0) seen.checkpoint++;
    if (existsSync(db)) must(inspectOrEmpty(db), `integrity after kill ${kills} (seed ${seed})`);
    if (process.env.VERBOSE !== undefined && kills % 50 === 0) process.stderr.write(`${kills} kills\n`);
    continue;
  }
  if (end.status === 4 && /is being trained by|locked/.test(end.stderr)) {
    await delay(100);
    continue;
  }
  must(
    end.status === 0,
    `launch ends with exit 0, not ${end.status}, after kill ${kills} (seed ${seed})\n${end.stderr}`,
  );
  const { integrity, runs, results, complete } = inspect(db);
  must(integrity === 'ok', `integrity_check: ${integrity} (seed ${seed})`);
  must(runs === 12 && results === 12 && complete === 12, `${results} results of ${runs} runs (seed ${seed})`);
  must(
    fingerprint(db) === expected,
    `the results differ from the undisturbed ones (seed ${seed}, sweep ${sweeps})`,
  );
  const left = existsSync(`${db}-checkpoints`) ? readdirSync(`${db}-checkpoints`) : [];
  must(left.length === 0, `${left.length} checkpoints are left of a finished sweep`);
  sweeps++;
  killsHere = 0;
  for (const file of readdirSync(folder))
    if (file.startsWith('killed-')) rmSync(join(folder, file), { recursive: true });
  db = join(folder, `killed-${sweeps}.db`);
}

/** A database that was killed before its first table is empty, which is fine. */
function inspectOrEmpty(path) {
  try {
    return inspect(path).integrity === 'ok';
  } catch (error) {
    return /no such table/.test(error.message);
  }
}

process.stdout.write(
  `${engine}: ${kills} kills (${seen.start} in start-up, ${seen.training} in training and recording, ${seen.checkpoint} of them with checkpoints on disk), ${sweeps} sweeps completed, ` +
    `each byte-identical to the undisturbed one; ${((performance.now() - startedAt) / 1000).toFixed(0)} s (seed ${seed})\n`,
);
