// kill -9 of `launch` until its sweep is complete, over and over: nothing is lost, doubled or different, and of training no more
// than the epochs under way. Half of the kills come at random moments, half just when a run is being recorded; checkpoints are
// written after every epoch, so that many kills hit one.
// The engine `command` is a program in a process of its own: none may be left behind.
//   node test/endurance/kill.mjs [kills, 500] [engine, trees, shared-trees or command, native] [seed, 1] [grid, or spaces: networks and trees in one
// sweep, or random, sobol, tpe or nsga2: configurations that a sampler draws; or the type of a `stop:`, which drops configurations at
// rungs; or several of them, as tpe+successive_halving; costs: what mistakes cost is what counts] [file, or server: a PostgreSQL server]
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localPath } from '../../dist/store/server-address.js';
import { ownServer } from './own-server.mjs';
import {
  fingerprint,
  focalsweep,
  inspect,
  isOnServer,
  leftOf,
  must,
  seededChance,
  startFocalsweep,
  workFolder,
  writeSpec,
} from './sweep-under-test.mjs';

const wanted = Number(process.argv[2] ?? 500);
const engine = process.argv[3] ?? 'native';
const seed = Number(process.argv[4] ?? 1);
const hasSpaces = process.argv[5] === 'spaces';
const STOPS = ['successive_halving', 'hyperband', 'median', 'halving_then_racing'];
const search = (process.argv[5] ?? 'grid').split('+');
const stop = STOPS.find((type) => search.includes(type));
const method = ['random', 'sobol', 'tpe', 'nsga2'].find((name) => search.includes(name)) ?? 'grid';
const RUNS = hasSpaces ? 24 : method === 'tpe' ? 28 : method === 'nsga2' ? 44 : 12;
const isCommand = engine === 'command';
const EPOCHS = engine.startsWith('native')
  ? 80
  : engine === 'trees'
    ? 24
    : engine === 'shared-trees'
      ? 80
      : isCommand
        ? 6
        : 12;

const NOTHING_YET = { integrity: 'ok', results: 0 };

const chance = seededChance(seed);
const folder = workFolder();
const server = process.argv[6] === 'server' ? await ownServer() : undefined;
// What a launch on a server keeps on its machine is below the working folder.
process.chdir(folder);
const dbOf = (name) =>
  server === undefined
    ? join(folder, `${name}.db`)
    : `postgres://${server.user}@127.0.0.1:${server.port}/postgres?schema=${name}`;
const spaces = `spaces: [{name: network}, {name: trees, model: {type: trees, max_leaves: 8}, train: {epochs: ${EPOCHS / 8}}}]`;
const spec = writeSpec(folder, 'undisturbed', {
  engine,
  epochs: EPOCHS,
  more: [
    ...(hasSpaces ? [spaces] : []),
    ...(stop === undefined ? [] : [`stop: {type: ${stop}, grace: ${Math.ceil(EPOCHS / 8)}}`]),
    ...(search.includes('costs') ? ['metric: {name: expected_cost}\ncosts: {Dridex: 9, Sality: 30}'] : []),
  ].join('\n'),
  method,
});

const reference = dbOf('reference');
const referenceStart = performance.now();
must(focalsweep(['launch', spec, '--db', reference]).status === 0, 'the undisturbed sweep ends');
const undisturbedMs = performance.now() - referenceStart;
const expected = fingerprint(reference);
const { runs: wantedRuns, results: wantedResults } = inspect(reference);
must(stop !== undefined || wantedResults === RUNS, `${wantedResults} results of the undisturbed sweep`);
const left = leftOf(reference);
const wantedCheckpoints = left.paused;
const marker = { FOCALSWEEP_TEST_FOLDER: folder };
const epochsFile = join(folder, 'epochs.txt');
rmSync(epochsFile, { force: true });

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

/** Ends when the moment to kill has come. */
async function moment(launch) {
  if (chance() < 0.5) return delay(chance() * undisturbedMs * 0.8);
  if (stop !== undefined && !isCommand) {
    // In the middle of any rung, as far as the launch still comes to it.
    const after = chance() * left.epochs;
    while (epochsIn(launch.stderr()) < after && launch.child.exitCode === null) await delay(1);
    return undefined;
  }
  const recorded = () => launch.stderr().split('\n[').length;
  const before = recorded();
  while (recorded() === before && launch.child.exitCode === null) await delay(1);
  return delay(chance() * 120);
}

const startedAt = performance.now();
const seen = { start: 0, training: 0, checkpoint: 0, torn: 0 };
let kills = 0;
let sweeps = 0;
let here = freshSweep();
function freshSweep() {
  return { db: dbOf(`killed_${sweeps}`), kills: 0, results: 0, epochs: 0 };
}
const checkpointFolder = (db) => `${localPath(db)}-checkpoints`;
const checkpointsOf = (db) => (existsSync(checkpointFolder(db)) ? readdirSync(checkpointFolder(db)) : []);

while (kills < wanted || here.kills > 0) {
  // The last sweep is brought to its end in peace.
  const inPeace = kills >= wanted;
  const { db } = here;
  const workers = stop === undefined ? '2' : ['1', '2', '4'][Math.floor(chance() * 3)];
  const options = ['--db', db, '--checkpoint-every', '0', '--workers', workers, '--verbose'];
  const launch = startFocalsweep(['launch', spec, ...options], { env: marker });
  const killed = inPeace ? [] : [moment(launch).then(() => 'kill')];
  const end = await Promise.race([launch.ended, ...killed]);
  if (end === 'kill') {
    kill(launch.child);
    kills++;
    here.kills++;
    const { stderr } = await launch.ended;
    const at = `after kill ${kills} (seed ${seed})`;
    await nothingLeft(at);
    here.epochs += epochsIn(stderr);
    seen[/to train/.test(stderr) ? 'training' : 'start']++;
    const checkpoints = checkpointsOf(db);
    if (checkpoints.length > 0) seen.checkpoint++;
    if (!isCommand && checkpoints.some((name) => !name.endsWith('.safetensors'))) seen.torn++;
    const { integrity, results } = isOnServer(db) || existsSync(db) ? inspectOrEmpty(db) : NOTHING_YET;
    must(integrity === 'ok', `integrity ${at}: ${integrity}`);
    must(results >= here.results, `${here.results} results before, ${results} ${at}`);
    here.results = results;
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
  must(
    runs === wantedRuns && results === wantedResults && complete === wantedResults,
    `${results} results of ${runs} runs, not ${wantedResults} (seed ${seed})`,
  );
  must(
    leftOf(db).rows === left.rows,
    `runs without a result differ from the undisturbed ones (seed ${seed}, sweep ${sweeps})`,
  );
  must(
    fingerprint(db) === expected,
    `the results differ from the undisturbed ones (seed ${seed}, sweep ${sweeps})`,
  );
  must(
    checkpointsOf(db).length === wantedCheckpoints,
    `${checkpointsOf(db).length} checkpoints are left of a finished sweep, of ${wantedCheckpoints} runs that pause`,
  );
  const epochs = here.epochs + epochsIn(end.stderr);
  must(
    epochs <= left.epochs + here.kills * RUNS,
    `${epochs} epochs were trained for ${left.epochs} over ${here.kills} kills: more than those under way were lost`,
  );
  sweeps++;
  if (!isOnServer(db)) rmSync(db);
  rmSync(checkpointFolder(db), { recursive: true, force: true });
  here = freshSweep();
}

/** Of a command those that it trained: it tells those before its checkpoint once more. */
function epochsIn(stderr) {
  if (isCommand) {
    const trained = existsSync(epochsFile) ? readFileSync(epochsFile, 'utf8').length : 0;
    rmSync(epochsFile, { force: true });
    return trained;
  }
  return stderr.split(/^(?:Epoch|Round) \d+ Results:$/m).length - 1;
}

/** Waits for the end of what the killed launch had started. */
async function nothingLeft(at) {
  if (!isCommand) return;
  const variable = `FOCALSWEEP_TEST_FOLDER=${folder}`;
  let left = livingWith(variable);
  for (let look = 0; look < 500 && left.length > 0; look++) {
    await delay(10);
    left = livingWith(variable);
  }
  must(left.length === 0, `${left.length} processes are left ${at}: ${left.join(', ')}`);
}

function livingWith(variable) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `\0${contentOf(`/proc/${pid}/environ`)}`.includes(`\0${variable}\0`));
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A database that was killed before its first table is empty, which is fine. */
function inspectOrEmpty(path) {
  try {
    return inspect(path);
  } catch (error) {
    return /no such table|does not exist/.test(error.message) ? NOTHING_YET : { integrity: error.message };
  }
}

server?.stop();
process.stdout.write(
  `${engine}${hasSpaces ? ' and trees' : ''}${stop === undefined ? '' : `, ${search.join(' and ')}`}${server === undefined ? '' : ', on a server'}: ${kills} kills (${seen.start} in start-up, ${seen.training} in training and recording, ${seen.checkpoint} of them with checkpoints on disk, ${seen.torn} in the middle of writing one), ${sweeps} sweeps completed, ` +
    `each byte-identical to the undisturbed one; ${((performance.now() - startedAt) / 1000).toFixed(0)} s (seed ${seed})\n`,
);
