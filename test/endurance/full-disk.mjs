// A disk that is full, and one that may not be written: exit 4 with a word about it, nothing lost, going on when the cause is gone.
// The disks are small memory file systems in a mount namespace of this command's own. Needs Linux and unshare.
//   node test/endurance/full-disk.mjs [sizes, 24]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, focalsweep, inspect, must, workFolder, writeSpec } from './sweep-under-test.mjs';

const sizes = Number(process.argv[2] ?? 24);
const INSIDE = 'FOCALSWEEP_OWN_MOUNTS';
if (process.env[INSIDE] === undefined) {
  const unshare = ['--map-root-user', '--mount'];
  const probe = 'mount -t tmpfs tmpfs /mnt';
  if (spawnSync('unshare', [...unshare, 'sh', '-c', probe]).status !== 0) {
    process.stdout.write(
      'skipped: this system lets no user mount file systems (unshare --map-root-user --mount)\n',
    );
    process.exit(0);
  }
  const script = fileURLToPath(import.meta.url);
  const { status } = spawnSync('unshare', [...unshare, process.execPath, script, String(sizes)], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  process.exit(status ?? 1);
}

const folder = workFolder();
const disk = join(folder, 'disk');
mkdirSync(disk);
const mount = (options) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);
const remount = (options) => execFileSync('mount', ['-o', `remount,${options}`, disk]);
process.prependListener('exit', () => spawnSync('umount', [disk]));

const spec = writeSpec(folder, 'undisturbed', { engine: 'native', epochs: 4, gammas: [0, 2], rows: 600 });
const reference = join(folder, 'reference.db');
must(focalsweep(['launch', spec, '--db', reference]).status === 0, 'the undisturbed sweep ends');
const expected = fingerprint(reference);
const db = join(disk, 'small.db');
const launch = ['launch', spec, '--db', db, '--workers', '1', '--checkpoint-every', '0'];

// From a disk on which nothing fits to one on which everything does.
const exits = {};
const STEP_KIB = 32;
mount(`size=${STEP_KIB}k`);
for (let step = 1; step <= sizes; step++) {
  const size = `${step * STEP_KIB} KiB`;
  const { status, stderr } = focalsweep(launch);
  must(status === 0 || status === 4, `disk of ${size}: exit ${status}\n${stderr}`);
  must(
    status === 0 || /^error: .*(disk is full|cannot be)/m.test(stderr),
    `disk of ${size}: unclear\n${stderr}`,
  );
  exits[status] = (exits[status] ?? 0) + 1;
  const kept = resultCount();
  remount('size=64m');
  if (kept > 0) must(inspect(db).integrity === 'ok', `disk of ${size}: integrity`);
  const again = focalsweep(launch);
  must(again.status === 0, `disk of ${size}: cannot be resumed, exit ${again.status}\n${again.stderr}`);
  must(fingerprint(db) === expected, `disk of ${size}: another result`);
  for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
  remount(`size=${(step + 1) * STEP_KIB}k`);
}
const told = Object.entries(exits).map(([code, times]) => `${times} × exit ${code}`);
process.stdout.write(
  `full disk: ${sizes} sizes from ${STEP_KIB} KiB in steps of ${STEP_KIB} KiB: ${told.join(', ')}; all went on to the same results with room\n`,
);

function resultCount() {
  try {
    return existsSync(db) ? inspect(db).results : 0;
  } catch {
    return 0; // not even its tables fitted
  }
}

remount('size=64m,ro');
refused('a directory that may not be written', launch);
remount('rw');
must(focalsweep(launch).status === 0, 'a directory that may be written again');
remount('ro');
refused('a database that may not be written', ['launch', spec, '--db', db]);
const read = focalsweep(['fingerprint', '--db', db]);
process.stdout.write(`reading it: exit ${read.status}${firstError(read)}\n`);
must(read.status === 0 || read.status === 4, `reading: exit ${read.status}\n${read.stderr}`);
remount('rw');
must(fingerprint(db) === expected, 'nothing is lost by being read-only for a while');

function refused(what, args) {
  const end = focalsweep(args);
  must(end.status === 4 && /^error: /m.test(end.stderr), `${what}: exit ${end.status}\n${end.stderr}`);
  process.stdout.write(`${what}: exit 4${firstError(end)}\n`);
}

function firstError({ stderr }) {
  const line = stderr.split('\n').find((text) => text.startsWith('error: '));
  return line === undefined ? '' : `, ${line}`;
}
