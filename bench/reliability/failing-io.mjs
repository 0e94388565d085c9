// The Nth write, fsync and rename of a launch fails, once or from then on, for N = 1, 2, … until a launch passes untouched: never a
// wrong result, always exit 4 or success, always resumable. Needs Linux and a C compiler.
//   node bench/reliability/failing-io.mjs [places per kind, 400]
// Kinds with more calls than places are tried at the first 10 calls and evenly over the rest.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, focalsweep, inspect, must, workFolder, writeSpec } from './sweep-under-test.mjs';

const placesPerKind = Number(process.argv[2] ?? 400);
const KINDS = [
  { op: 'write', errno: 28, name: 'write: no space left' },
  { op: 'write', errno: 28, sticky: true, name: 'write: no space left, and from then on' },
  { op: 'write', errno: 5, name: 'write: input/output error' },
  { op: 'fsync', errno: 5, name: 'fsync: input/output error' },
  { op: 'fsync', errno: 5, sticky: true, name: 'fsync: input/output error, and from then on' },
  { op: 'rename', errno: 28, name: 'rename: no space left' },
];

const folder = workFolder();
const shim = join(folder, 'failing-io.so');
const source = fileURLToPath(new URL('./failing-io.c', import.meta.url));
execFileSync(process.env.CC ?? 'cc', ['-O1', '-shared', '-fPIC', '-o', shim, source, '-ldl']);

// Epochs that leave a checkpoint each, so that renames and checkpoint writes are among the calls.
const spec = writeSpec(folder, 'undisturbed', {
  engine: 'native',
  epochs: 4,
  gammas: [0, 2],
  seeds: 1,
  rows: 600,
});
const reference = join(folder, 'reference.db');
must(focalsweep(['launch', spec, '--db', reference]).status === 0, 'the undisturbed sweep ends');
const expected = fingerprint(reference);

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

for (const kind of KINDS) {
  const { name } = kind;
  const count = callCount(kind);
  const stride = Math.max(1, (count - 10) / Math.max(1, placesPerKind - 10));
  const places = new Set(Array.from({ length: Math.min(10, count) }, (_, at) => at + 1));
  for (let at = 11; at < count; at += stride) places.add(Math.floor(at));
  const exits = {};
  for (const at of places) {
    const { status, stderr, untouched } = launchFailing(kind, at);
    must(status === 0 || status === 4, `${name}, call ${at}: exit ${status}\n${stderr}`);
    must(status === 0 || /^error: /m.test(stderr), `${name}, call ${at}: exit 4 without a word`);
    if (!untouched) exits[status] = (exits[status] ?? 0) + 1;
    const again = focalsweep(args);
    must(again.status === 0, `${name}, call ${at}: cannot be resumed, exit ${again.status}\n${again.stderr}`);
    must(inspect(db).integrity === 'ok', `${name}, call ${at}: integrity`);
    must(fingerprint(db) === expected, `${name}, call ${at}: another result`);
  }
  const told = Object.entries(exits).map(([status, times]) => `${times} × exit ${status}`);
  process.stdout.write(
    `${name}: ${places.size} places up to N = ${count}, where a launch passes untouched: ${told.join(', ')}; all resumed to the same results\n`,
  );
}
