// Makes a fresh clone runnable: installs what package-lock.json names, builds the native addon if there is a compiler, compiles.
// Skips what is already done. Needs nothing but Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const SQLITE_OF_NODE_22 = '13.2.0';
const [nodeMajor, nodeMinor] = process.versions.node.split('.').map(Number);

/** Runs a program in the project's folder, its output on stderr; ends this process if it fails. */
export function run(program, args, options = {}) {
  const stdio = options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2];
  // npm is a script on Windows, which only a shell can start.
  const result = spawnSync(program, args, {
    cwd: root,
    stdio,
    shell: process.platform === 'win32',
    encoding: 'utf8',
  });
  if (result.error) {
    process.stderr.write(`${program} cannot be started: ${result.error.message}\n`);
    process.exit(1);
  }
  if (result.status !== 0) {
    process.stderr.write(
      `${result.stdout ?? ''}${result.stderr ?? ''}\n${program} ${args.join(' ')} failed (${result.status ?? result.signal}).\n`,
    );
    process.exit(result.status ?? 1);
  }
}

/** Runs a JavaScript tool of node_modules by this very Node. */
export function runTool(script, args, options) {
  run(process.execPath, [join('node_modules', script), ...args], options);
}

function requireNode() {
  if (nodeMajor < OLDEST_NODE[0] || (nodeMajor === OLDEST_NODE[0] && nodeMinor < OLDEST_NODE[1])) {
    process.stderr.write(
      `focalsweep needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.version}.\n`,
    );
    process.exit(2);
  }
}

/** Hashes of what is installed: of the lock file with the Node that better-sqlite3 is built for, and of the lock file alone. */
function installStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = (...parts) =>
    parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex');
  return { stamp: hash(lock, process.versions.modules), packages: hash(lock) };
}

function install() {
  const stampFile = join(root, 'node_modules', '.focalsweep-install');
  const { stamp, packages } = installStamp();
  const [installed, installedPackages] = existsSync(stampFile)
    ? readFileSync(stampFile, 'utf8').split('\n')
    : [];
  if (installed === stamp) return;
  process.stderr.write(`Installing packages for Node ${process.version} (npm) …\n`);
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
  if (nodeMajor < 22) run('npm', ['ci', ...quietly]);
  else {
    // package-lock.json names the better-sqlite3 of Node 20, which would be compiled; the one of later Nodes has its binaries.
    // No other package is bound to a Node, so what another Node has installed stays.
    if (installedPackages !== packages) run('npm', ['ci', '--ignore-scripts', ...quietly]);
    run('npm', [
      'install',
      '--no-save',
      '--ignore-scripts',
      ...quietly,
      `better-sqlite3@${SQLITE_OF_NODE_22}`,
    ]);
  }
  writeFileSync(stampFile, `${stamp}\n${packages}`);
}

function build() {
  runTool('typescript/bin/tsc', ['-p', '.']);
  run(process.execPath, ['scripts/bundle.mjs']);
}

requireNode();
install();
if (existsSync(join(root, 'scripts', 'build-native.mjs')))
  run(process.execPath, ['scripts/build-native.mjs']);
build();
