// `node scripts/try-package.mjs [22 24 …]`: packs focalsweep, installs it in empty folders as its users do, with this Node and with
// the others that are named, and uses it there. Prints the size of an install; fails if anything does not work.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeBinary, userOf } from './package-user.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'focalsweep-package-'));

/** Files that must never be packed: maps, build records, pictures, and sweeps that need tables of ours. */
const STRAY =
  /\.map$|tsbuildinfo|\.(png|svg)$|^(src|test|bench|results)\/|^sweeps\/(?!quickstart|malware21|sweep\.schema)/;

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Packs the project: where the archive is, what it holds, and its sizes. */
function pack() {
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', work], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename, files, size, unpackedSize }] = JSON.parse(output.slice(output.indexOf('[')));
  const names = files.map(({ path }) => path);
  assert.deepEqual(
    names.filter((name) => STRAY.test(name)),
    [],
    'files are packed that no user needs',
  );
  const links = readFileSync(join(root, 'README.md'), 'utf8').matchAll(
    /(?<!!)\[[^\]]*\]\((?!https?:)([^)#]+)/g,
  );
  const missing = [...links].map(([, path]) => path).filter((path) => !names.includes(path));
  assert.deepEqual(missing, [], 'pages that the README links to are not packed');
  say(`packed: ${names.length} files, ${megabytes(size)} MB, unpacked ${megabytes(unpackedSize)} MB`);
  return join(work, filename);
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

/** Asserts a command's exit code, and shows its output if it is another. */
function ended({ status, stdout, stderr }, expected = 0) {
  assert.equal(status, expected, `exit ${status} instead of ${expected}:\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

function install(user, archive, ...options) {
  const startedAt = performance.now();
  const { stdout, stderr } = ended(
    user.npm('install', '--no-audit', '--no-fund', '--engine-strict', ...options, archive),
  );
  return { said: stdout + stderr, seconds: (performance.now() - startedAt) / 1000 };
}

/** The README gives the path of the schema as it is after installing the package. */
function checkSchemaPath({ folder }) {
  const [, path] = /\$schema=(\.\/node_modules\S+)/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  assert.ok(path !== undefined && existsSync(join(folder, path)), `the package has no ${path}`);
}

/** The first things to do with a package that was just installed. */
function use(user) {
  const sweep = join('node_modules', 'focalsweep', 'sweeps', 'quickstart.yaml');
  assert.match(ended(user.focalsweep('--help')).stdout, /launch/);
  assert.match(ended(user.focalsweep('launch', '--help')).stdout, /--workers/);
  assert.match(ended(user.focalsweep('plan', sweep)).stdout, /12 configurations/);
  assert.match(ended(user.focalsweep('launch', sweep)).stdout, /1\*? +trees: alpha=/);
  ended(user.focalsweep('report', '--format', 'html', '--out', 'report.html'));
  assert.match(
    ended(user.focalsweep('query', '--sql', 'select count(*) as runs from runs_wide')).stdout,
    /\b36\b/,
  );
  assert.match(ended(user.focalsweep('check')).stdout, /36 results, no problem/);
  assert.match(ended(user.focalsweep('client', 'python')).stdout, /^def start\(/m);
  const { stdout } = ended(user.focalsweep('doctor'));
  assert.match(stdout, /database: better-sqlite3 /);
  assert.match(stdout, /native\/wasm +yes/);
  if (process.platform === 'linux' && process.arch === 'x64') assert.match(stdout, /native\/addon +yes/);
  assert.match(stdout, /tfjs\/wasm +no +not installed: npm install @tensorflow/);
  ended(user.focalsweep('launch', sweep, '--engine', 'tfjs'), 3);
  const loss = 'new (await import("focalsweep/tfjs")).FocalLoss().compute({}, [0])';
  assert.match(user.node('--input-type=module', '-e', loss).stderr, /TensorFlow.js is not installed/);
}

/** Strict programs compile against the package, without the types of other packages. */
function compile({ folder }) {
  const check = (file, ...options) => {
    cpSync(join(root, 'test', 'package', file), join(folder, file));
    const strict = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--target',
      'es2023',
      '--types',
      '',
    ];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    ended(spawnSync(process.execPath, [tsc, ...strict, ...options, file], { cwd: folder, encoding: 'utf8' }));
  };
  const resolutions = [
    ['--module', 'node16', '--moduleResolution', 'node16'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ];
  for (const options of resolutions) check('library.ts', ...options, '--skipLibCheck', 'false');
  symlinkSync(join(root, 'node_modules', '@tensorflow'), join(folder, 'node_modules', '@tensorflow'));
  // The declarations of TensorFlow.js do not compile otherwise.
  for (const options of resolutions) check('tensors.ts', ...options, '--skipLibCheck', 'true');
}

function tryNode(archive, major) {
  const node = nodeBinary(major, work);
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const name = `node-${version}`;
  const old = Number.parseInt(version.slice(1), 10) < 22;
  const user = userOf(node, { compiler: old, folder: join(work, name) });
  const { said, seconds } = install(user, archive);
  // better-sqlite3 12 has an install script, which npm 11 warns about.
  const warnings = said
    .split('\n')
    .filter((line) => /warn/i.test(line) && !(old && /warn install-scripts/.test(line)));
  assert.deepEqual(warnings, [], 'npm install warns');
  const packages = /added (\d+) packages/.exec(said)?.[1];
  const weight = megabytes(sizeOf(join(user.folder, 'node_modules')));
  say(
    `Node ${version}: ${packages} packages, node_modules ${weight} MB, installed in ${seconds.toFixed(0)} s`,
  );
  use(user);
  checkSchemaPath(user);
  compile(user);

  const careful = userOf(node, { compiler: false, folder: join(work, `${name}-ignore-scripts`) });
  install(careful, archive, '--ignore-scripts');
  if (old) expectNoBinary(careful);
  else use(careful);
  return { ...user, old };
}

/** The install script of better-sqlite3 12 did not run: one line says so, and one says what to do. */
function expectNoBinary(user) {
  assert.match(ended(user.focalsweep('--help')).stdout, /launch/);
  const { stderr } = ended(user.focalsweep('sweeps'), 3);
  assert.match(
    stderr,
    /^error: better-sqlite3 12\S*: SQLite cannot be loaded: its binary is missing.*\n {2}fix: Run `npm rebuild better-sqlite3/,
  );
}

/** An install of one Node, used with the other: the message names the command that fixes it. */
function exchange(installs) {
  for (const { folder, old } of installs) {
    for (const other of installs.filter((each) => each.old !== old)) {
      const main = join(folder, 'node_modules', 'focalsweep', 'dist', 'bundle', 'main.js');
      const { stderr } = ended(other.node(main, 'sweeps'), 3);
      assert.match(stderr, /SQLite cannot be loaded: .*\n {2}fix: Run `npm install better-sqlite3@1/);
    }
  }
}

try {
  const archive = pack();
  exchange([undefined, ...process.argv.slice(2)].map((major) => tryNode(archive, major)));
} finally {
  rmSync(work, { recursive: true, force: true });
}
