// Builds the native addon, native/build/focalsweep.node, if there is a C++ compiler; without one it says so and succeeds,
// because WebAssembly is used instead. Does nothing when sources, compiler and options are those of the last build. The published package
// has addons for Linux in native/prebuilds; on another system `node scripts/build-native.mjs` builds one.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, 'native');
const build = join(native, 'build');
const addon = join(build, 'focalsweep.node');
const stamp = join(build, 'stamp');

/** Options of every compilation of the kernel: no fast-math, and no fused multiply-add that the source does not ask for. */
export const KERNEL_OPTIONS = [
  '-std=c++17',
  '-O3',
  '-fno-exceptions',
  '-fno-rtti',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-trapping-math',
];

/** The kernels are compiled once for each of these. */
export const INSTRUCTION_SETS = {
  x64: {
    avx512: ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mfma', '-mprefer-vector-width=512'],
    avx2: ['-mavx2', '-mfma'],
    sse2: [],
  },
  arm64: { neon: [] },
};

function note(text) {
  process.stderr.write(`native addon: ${text}\n`);
}

/** The first C++ compiler that runs, with its version: $CXX, c++, g++, clang++. */
export function findCompiler(candidates = [process.env.CXX, 'c++', 'g++', 'clang++']) {
  for (const command of candidates) {
    if (!command) continue;
    try {
      const version = execFileSync(command, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { command, version };
    } catch {
      // not installed: try the next
    }
  }
  return undefined;
}

/** Compiles the addon for an architecture into `file`. */
export function compileAddon({ command, arch, include = includeFolder(), file }) {
  const pending = join(build, `pending-${process.pid}`);
  mkdirSync(pending, { recursive: true });
  try {
    const run = (options) =>
      execFileSync(command, options, { cwd: native, stdio: ['ignore', 'ignore', 'pipe'] });
    const objects = Object.entries(INSTRUCTION_SETS[arch]).flatMap(([set, options]) =>
      ['kernel', 'trees'].map((source) => {
        const object = join(pending, `${source}-${set}.o`);
        run([
          ...KERNEL_OPTIONS,
          ...options,
          '-fPIC',
          `-DINSTRUCTION_SET=${set}`,
          '-c',
          `${source}.cc`,
          '-o',
          object,
        ]);
        return object;
      }),
    );
    const linked = join(pending, 'focalsweep.node');
    const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
    run(
      [
        '-std=c++17',
        '-O2',
        '-fPIC',
        '-fno-exceptions',
        '-fno-rtti',
        '-shared',
        ...undefinedSymbols,
        '-I',
        include,
      ].concat(['addon.cc', ...objects, '-o', linked]),
    );
    mkdirSync(dirname(file), { recursive: true });
    renameSync(linked, file);
  } finally {
    rmSync(pending, { recursive: true, force: true });
  }
}

/** Where node_api.h is: in the package for it, or beside this Node. */
function includeFolder() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    const ofNode = join(dirname(dirname(process.execPath)), 'include', 'node');
    return existsSync(join(ofNode, 'node_api.h')) ? ofNode : undefined;
  }
}

/** Builds the addon if it is out of date; says in one line why it cannot. */
export function buildNative() {
  const sets = INSTRUCTION_SETS[process.arch];
  if (sets === undefined || process.platform === 'win32') {
    return note(`not built for ${process.platform} ${process.arch}; WebAssembly is used instead`);
  }
  const include = includeFolder();
  if (include === undefined)
    return note('not built: node_api.h is missing; run `npm install node-api-headers` first');
  const compiler = findCompiler();
  if (compiler === undefined) return note('not built: no C++ compiler; WebAssembly is used instead');
  const hash = createHash('sha256')
    .update(compiler.version)
    .update(JSON.stringify([KERNEL_OPTIONS, sets]));
  for (const name of readdirSync(native)
    .filter((file) => /\.(cc|h)$/.test(file))
    .sort()) {
    hash.update(name).update(readFileSync(join(native, name)));
  }
  const current = hash.digest('hex');
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return;
  try {
    compileAddon({ command: compiler.command, arch: process.arch, include, file: addon });
    writeFileSync(stamp, current);
  } catch (error) {
    const reason = String(error.stderr ?? error.message).split('\n')[0];
    note(`not built, ${compiler.command} failed (${reason}); WebAssembly is used instead`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) buildNative();
