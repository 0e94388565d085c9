// Rebuilds the WebAssembly in native/: `node scripts/build-wasm.mjs`; needs clang++ with wasm-ld. The files are committed, so
// this is needed only after a change of their sources. native/wasm-build.json says from which sources and with which compiler
// they were built; the same compiler gives the same bytes, which a test checks.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findCompiler, KERNEL_OPTIONS } from './build-native.mjs';

const native = join(dirname(dirname(fileURLToPath(import.meta.url))), 'native');
const optionsOf = (features, linker) => [
  '--target=wasm32',
  ...KERNEL_OPTIONS,
  '-nostdlib',
  '-msimd128',
  '-mbulk-memory',
  ...features,
  `-Wl,${['--no-entry', '--strip-all', '-z,stack-size=16384', ...linker].join()}`,
];

/** What is built: sources, the first of which is compiled, and options. */
const MODULES = {
  'focalsweep.wasm': {
    sources: [
      'kernel.cc',
      'kernel.h',
      'loss.h',
      'network.h',
      'norm.h',
      'optimizer.h',
      'philox.h',
      'product.h',
      'vector.h',
    ],
    options: optionsOf(
      ['-matomics', '-mmutable-globals'],
      ['--import-memory', '--shared-memory', '--max-memory=4294967296', '--export=__stack_pointer'],
    ),
  },
  'trees.wasm': {
    sources: [
      'trees.cc',
      'tree-bins.h',
      'class-tree.h',
      'shared-split.h',
      'shared-tree.h',
      'tree-growth.h',
      'tree-nodes.h',
      'tree-split.h',
      'trees.h',
      'vector.h',
    ],
    options: optionsOf([], ['--export=__heap_base']),
  },
  'resample.wasm': { sources: ['resample.cc'], options: optionsOf([], ['--export=__heap_base']) },
  'scores.wasm': { sources: ['scores.cc'], options: optionsOf([], ['--export=__heap_base']) },
};
export const WASM_FILES = Object.keys(MODULES);

/** SHA-256 of a file's sources and options: tells whether the committed file was built from them. */
export function wasmSourceHash(file) {
  const { sources, options } = MODULES[file];
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const name of sources) hash.update(name).update(readFileSync(join(native, name)));
  return hash.digest('hex');
}

/** This machine's compiler, as wasm-build.json names it. */
export function wasmCompiler() {
  const compiler = findCompiler([process.env.WASM_CXX, 'clang++']);
  return compiler && { command: compiler.command, version: compiler.version.split('\n')[0] };
}

/** Compiles one of the files. */
export function buildWasm(command, file, out) {
  const { sources, options } = MODULES[file];
  execFileSync(command, [...options, sources[0], '-o', out], {
    cwd: native,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const compiler = wasmCompiler();
  if (compiler === undefined) {
    process.stderr.write('clang++ is missing: on Debian, `apt-get install clang lld`\n');
    process.exit(1);
  }
  for (const file of WASM_FILES) buildWasm(compiler.command, file, join(native, file));
  const sources = Object.fromEntries(WASM_FILES.map((file) => [file, wasmSourceHash(file)]));
  const record = { compiler: compiler.version, sources };
  writeFileSync(join(native, 'wasm-build.json'), `${JSON.stringify(record, null, 2)}\n`);
}
