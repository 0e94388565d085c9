// Random byte flips and truncations of database, WAL and checkpoints: what is read is right, or exit 4 says that it is damaged.
//   node test/endurance/flips.mjs [cases, 500] [seed, 1]
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../dist/errors.js';
import { openStore } from '../../dist/store/open-store.js';
import {
  fingerprint,
  focalsweep,
  must,
  seededChance,
  startFocalsweep,
  workFolder,
  writeSpec,
} from './sweep-under-test.mjs';

const cases = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? 1);
const chance = seededChance(seed);
const counts = { right: 0, earlier: 0, refused: 0, checkpoints: 0, epochs: 0 };
const below = (count) => Math.floor(chance() * count);

const folder = workFolder();
const spec = writeSpec(folder, 'undisturbed', { engine: 'native', epochs: 250, rows: 900 });
const finished = join(folder, 'finished.db');
must(focalsweep(['launch', spec, '--db', finished]).status === 0, 'the undisturbed sweep ends');
const expected = fingerprint(finished);

// A sweep in the middle: with a write-ahead log and with checkpoints.
const midway = join(folder, 'midway.db');
const launch = startFocalsweep(['launch', spec, '--db', midway, '--checkpoint-every', '0', '--workers', '2']);
while (!/^\[5\//m.test(launch.stderr())) await delay(10);
process.kill(-launch.child.pid, 'SIGKILL');
await launch.ended;
must(existsSync(`${midway}-wal`), 'the killed sweep left a write-ahead log');

/** What each run says of its epochs, by run id. */
const rightEpochs = new Map();
const undamaged = await openStore(finished).reader();
for (const { runId } of await undamaged.runs('undisturbed'))
  rightEpochs.set(
    runId,
    (await undamaged.epochs(runId)).map((epoch) => JSON.stringify(epoch)),
  );
await undamaged.close();

/** Epochs of runs without a result are those that these runs end with; which of them are there only happened. */
async function checkLiveEpochs(reader) {
  for (const { runId, epochs } of await reader.progress('undisturbed')) {
    for (const own of epochs)
      must(
        rightEpochs.get(runId)?.[own.epoch - 1] === JSON.stringify(own),
        `a wrong epoch of ${runId}: ${JSON.stringify(own)}`,
      );
    counts.epochs += epochs.length;
  }
}

/** Everything that figures are read from, as one text. `sql` and what only happened are left out. */
async function everything(db) {
  const reader = await openStore(db).reader();
  try {
    const sweep = await reader.sweep('undisturbed');
    const runs = (await reader.runs('undisturbed')).map(({ durationMs, ...run }) => run);
    const ids = runs.map(({ runId }) => runId);
    const splits = [];
    for (const split of ['validation', 'test']) {
      const predictions = await reader.predictions(ids, split);
      splits.push([
        [...(await reader.classMetrics(ids, split))],
        [...(await reader.confusion(ids, split))],
        [...predictions].map(([id, classes]) => [id, ...classes]),
      ]);
    }
    const trials = await reader.trials('undisturbed');
    const rows = await reader.query({ sweep: 'undisturbed', where: 'macro_f1 > 0.2', sort: ['-macro_f1'] });
    const text = [
      { ...sweep, firstLaunchedAtMs: 0, lastLaunchedAtMs: 0 },
      runs,
      splits,
      trials,
      await Promise.all(trials.map(async ({ trialId }) => [...(await reader.testMetrics(trialId))])),
      await Promise.all(ids.map((id) => reader.epochs(id))),
      (await reader.query({})).rows.length,
      rows,
      await reader.fingerprint('undisturbed'),
      ids.length > 0 && (await reader.run(ids[0].slice(0, 8))).result,
    ];
    await checkLiveEpochs(reader);
    return JSON.stringify(text);
  } finally {
    await reader.close();
  }
}

function damage(path) {
  const bytes = readFileSync(path);
  if (chance() < 0.15) {
    const length = below(bytes.length);
    writeFileSync(path, bytes.subarray(0, length));
    return `cut to ${length} of ${bytes.length} bytes`;
  }
  const flips = chance() < 0.7 ? 1 : 1 + below(8);
  const places = Array.from({ length: flips }, () => below(bytes.length));
  for (const place of places) bytes[place] ^= 1 << below(8);
  writeFileSync(path, bytes);
  return `bits flipped at ${places}`;
}

const victim = join(folder, 'victim.db');
function copyTo(source, withWal) {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(victim + suffix, { force: true });
    if (suffix !== '-shm' && (suffix === '' || withWal) && existsSync(source + suffix)) {
      copyFileSync(source + suffix, victim + suffix);
    }
  }
}

/** What the log of the interrupted sweep may be taken for when it is damaged: the database after any of its commits, nothing else. */
const statesOfLog = new Set();
const log = readFileSync(`${midway}-wal`);
const [logHeader, frameHeader] = [32, 24];
const frame = frameHeader + log.readUInt32BE(8);
for (let end = logHeader; end <= log.length; end += frame) {
  const isCommit = end === logHeader || log.readUInt32BE(end - frame + 4) > 0;
  if (!isCommit) continue;
  copyTo(midway, true);
  writeFileSync(`${victim}-wal`, log.subarray(0, end));
  try {
    statesOfLog.add(await everything(victim));
  } catch (error) {
    must(/there is no sweep/.test(error.message), `a state of the log cannot be read: ${error.stack}`);
  }
}

const reasons = new Map();
async function readDamaged(source, part) {
  const isMidway = source === midway;
  copyTo(source, isMidway);
  const rightText = await everything(victim);
  copyTo(source, isMidway);
  const how = damage(victim + part);
  try {
    const text = await everything(victim);
    const isEarlier = part === '-wal' && text !== rightText && statesOfLog.has(text);
    must(text === rightText || isEarlier, `silently wrong: ${source}${part}, ${how} (seed ${seed})`);
    counts[isEarlier ? 'earlier' : 'right']++;
  } catch (error) {
    const isBeforeItsPlan = part === '-wal' && /there is no sweep/.test(error.message);
    const isClear = error instanceof UserError && (error.exitCode === 4 || isBeforeItsPlan);
    must(isClear, `unclear: ${source}${part}, ${how} (seed ${seed}): ${error.stack}`);
    if (isBeforeItsPlan) {
      counts.earlier++;
      return;
    }
    counts.refused++;
    const reason = error.message.replace(/(run|trial|dataset|sweep|state of run) \S+/, '$1 …');
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
}

const startedAt = performance.now();
const checkpointCases = Math.min(20, Math.ceil(cases / 25));
for (let index = 0; index < cases - checkpointCases; index++) {
  const kind = index % 4;
  await readDamaged(kind < 2 ? finished : midway, kind === 3 ? '-wal' : '');
}

// A damaged checkpoint costs its epochs and nothing else. Each case resumes the sweep to its end.
const checkpoints = `${midway}-checkpoints`;
for (let index = 0; index < checkpointCases; index++) {
  copyTo(midway, true);
  rmSync(`${victim}-checkpoints`, { recursive: true, force: true });
  mkdirSync(`${victim}-checkpoints`);
  const hows = readdirSync(checkpoints).map((name) => {
    copyFileSync(join(checkpoints, name), join(`${victim}-checkpoints`, name));
    return damage(join(`${victim}-checkpoints`, name));
  });
  const resumed = focalsweep(['resume', '--db', victim, '--workers', '2']);
  must(resumed.status === 0, `checkpoint ${hows}: exit ${resumed.status} (seed ${seed})\n${resumed.stderr}`);
  must(fingerprint(victim) === expected, `checkpoint ${hows}: another result (seed ${seed})`);
  counts.checkpoints++;
}
process.stdout.write(
  `${cases} cases (seed ${seed}): ${counts.right} read rightly, ${counts.earlier} read as the state after an earlier commit of the damaged log, ${counts.refused} refused with exit 4, ` +
    `${counts.epochs} epochs of runs in training read rightly, ${counts.checkpoints} resumed from damaged checkpoints to the same results; ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n` +
    [...reasons].map(([reason, count]) => `  ${count} × ${reason}\n`).join(''),
);
