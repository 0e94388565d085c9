// The Nth read, write, fsync, rename and unlink of a launch fails, once or from then on, for N = 1, 2, … until a launch passes untouched:
// never a wrong result, always exit 4 or success, always resumable. Needs Linux and a C compiler.
//   node test/endurance/failing-io.mjs [places per kind, all] [read, write, fsync, rename or unlink] [part, 1/1]
// With a number, kinds with more calls than that are tried at the first 10 calls and evenly over the rest. Of all places, part 2/8
// tries N = 2, 10, 18 …, so that eight commands together try every one.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkpointFolder } from '../../dist/run/checkpoints/checkpoint-files.js';
import { prepareSweep } from '../../dist/run/prepare/prepare-sweep.js';
import { runSweep } from '../../dist/run/run-sweep.js';
import { readSpec } from '../../dist/spec/parse-spec.js';
import { openStore } from '../../dist/store/open-store.js';
import { focalsweep, inspect, must, workFolder, writeSpec } from './sweep-under-test.mjs';

const [places = 'all', onlyOp, share = '1/1'] = process.argv.slice(2);
const [part, parts] = share.split('/').map(Number);
const placesPerKind = places === 'all' ? Number.POSITIVE_INFINITY : Number(places);
const ERRORS = [
  { errno: 28, error: 'no space left' },
  { errno: 5, error: 'input/output error' },
];
const OPS = ['read', 'write', 'fsync', 'rename', 'unlink'].filter(
  (op) => onlyOp === undefined || op === onlyOp,
);
const KINDS = OPS.flatMap((op) =>
  ERRORS.filter(({ errno }) => errno === 5 || (op !== 'read' && op !== 'unlink')).flatMap(
    ({ errno, error }) => [
      { op, errno, sticky: false, name: `${op}: ${error}` },
      { op, errno, sticky: true, name: `${op}: ${error}, and from then on` },
    ],
  ),
);

const folder = workFolder();
const shim = join(folder, 'failing-io.so');
const source = fileURLToPath(new URL('./failing-io.c', import.meta.url));
execFileSync(process.env.CC ?? 'cc', ['-O1', '-shared', '-fPIC', '-o', shim, source, '-ldl']);

// Epochs that leave a checkpoint each, so that renames and checkpoint writes are among the calls.
const spec = writeSpec(folder, 'undisturbed', {
  engine: 'native',
  epochs: 3,
  gammas: [0],
  seeds: 1,
  rows: 600,
});
const reference = join(folder, 'reference.db');
must(focalsweep(['launch', spec, '--db', reference]).status === 0, 'the undisturbed sweep ends');
const expected = await fingerprintOf(reference);

const db = join(folder, 'failing.db');
const log = join(folder, 'failed');
const args = ['launch', spec, '--db', db, '--checkpoint-every', '0', '--workers', '1'];

function launchFailing({ op, errno, sticky }, at) {
  for (const file of readdirSync(folder)) {
    if (file.startsWith('fail') && !file.endsWith('.so')) rmSync(join(folder, file), { recursive: true });
  }
  const failing = {
    LD_PRELOAD: shim,
    FAIL_OP: op,
    FAIL_AT: String(at),
    FAIL_ERRNO: String(errno),
    FAIL_PATH: 'failing.db',
    FAIL_LOG: log,
    ...(sticky ? { FAIL_STICKY: '1' } : {}),
  };
  const { status, stderr } = focalsweep(args, { env: failing });
  return { status, stderr, untouched: !existsSync(log) };
}

/** What `launch` does in the process that trains, without the start of two processes for each. */
async function launchAgain() {
  const { plan, dataset, trainers } = await prepareSweep(readSpec(spec), { db });
  const writer = await openStore(db).writer();
  try {
    const checkpoints = { folder: checkpointFolder(db), everyMs: 0 };
    return await runSweep({ plan, dataset, trainers, writer, workers: 1, checkpoints });
  } finally {
    await writer.close();
  }
}

/** The fingerprint, without the start of a process for each. */
async function fingerprintOf(path) {
  const reader = await openStore(path).reader();
  try {
    return await reader.fingerprint('undisturbed');
  } finally {
    await reader.close();
  }
}

/** The first N at which a launch passes untouched; each process counts its own calls. */
function callCount(kind) {
  let [below, above] = [1, 2];
  while (!launchFailing(kind, above).untouched) [below, above] = [above, above * 2];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (launchFailing(kind, middle).untouched) above = middle;
    else below = middle;
  }
  return above;
}

/** Where to fail: everywhere, or at some places of all that there are. */
function placesOf(kind) {
  if (placesPerKind === Number.POSITIVE_INFINITY) return everyPlace();
  const count = callCount(kind);
  const stride = Math.max(1, (count - 10) / Math.max(1, placesPerKind - 10));
  const chosen = new Set(Array.from({ length: Math.min(10, count) }, (_, at) => at + 1));
  for (let at = 11; at < count; at += stride) chosen.add(Math.floor(at));
  return [...chosen, count];
}

function* everyPlace() {
  for (let at = part; ; at += parts) yield at;
}

for (const kind of KINDS) {
  const { name } = kind;
  const exits = {};
  let failed = 0;
  for (const at of placesOf(kind)) {
    const { status, stderr, untouched } = launchFailing(kind, at);
    must(status === 0 || status === 4, `${name}, call ${at}: exit ${status}\n${stderr}`);
    must(status === 0 || /^error: /m.test(stderr), `${name}, call ${at}: exit 4 without a word`);
    if (untouched) {
      must(status === 0, `${name}: untouched, and yet exit ${status}`);
      const told = Object.entries(exits).map(([code, times]) => `${times} × exit ${code}`);
      process.stdout.write(
        `${name}: ${failed} places up to N = ${at}, where a launch passes untouched: ${told.join(', ')}; all resumed to the same results\n`,
      );
      break;
    }
    failed++;
    exits[status] = (exits[status] ?? 0) + 1;
    const again = await launchAgain().catch((error) => ({ error }));
    must(again.failed === 0, `${name}, call ${at}: cannot be resumed: ${again.error?.stack}`);
    must(inspect(db).integrity === 'ok', `${name}, call ${at}: integrity`);
    must((await fingerprintOf(db)) === expected, `${name}, call ${at}: another result`);
  }
}
