// Rebuilds native/focalsweep.wasm from native/kernel.cc; needs clang++ with wasm-ld. The file is committed, so only a change of
// the kernel asks for this. native/wasm-build.json says of which sources and by which compiler it was made; with the same
// compiler the bytes are the same, which a test checks.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findCompiler, KERNEL_OPTIONS } from './build-native.mjs';

const native = join(dirname(dirname(fileURLToPath(import.meta.url))), 'native');
const SOURCES = ['kernel.cc', 'kernel.h', 'loss.h', 'optimizer.h', 'philox.h', 'product.h', 'vector.h'];
const OPTIONS = [
  '--target=wasm32',
  ...KERNEL_OPTIONS,
  '-nostdlib',
  '-msimd128',
  '-mbulk-memory',
  '-matomics',
  '-mmutable-globals',
  `-Wl,${[
    '--no-entry',
    '--import-memory',
    '--shared-memory',
    '--max-memory=4294967296',
    '--export=__stack_pointer',
    '--strip-all',
    '-z,stack-size=16384',
  ].join()}`,
];

/** SHA-256 of sources and options: whether the committed file is that of these sources. */
export function wasmSourceHash() {
  const hash = createHash('sha256').update(JSON.stringify(OPTIONS));
  for (const name of SOURCES) hash.update(name).update(readFileSync(join(native, name)));
  return hash.digest('hex');
}

/** The compiler that this machine would build with, as wasm-build.json names it. */
export function wasmCompiler() {
  const compiler = findCompiler([process.env.WASM_CXX, 'clang++']);
  return compiler && { command: compiler.command, version: compiler.version.split('\n')[0] };
}

/** Compiles the kernel to WebAssembly. */
export function buildWasm(command, out) {
  execFileSync(command, [...OPTIONS, 'kernel.cc', '-o', out], {
    cwd: native,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const compiler = wasmCompiler();
  if (compiler === undefined) {
    process.stderr.write('no clang++: on Debian `apt-get install clang lld`\n');
    process.exit(1);
  }
  buildWasm(compiler.command, join(native, 'focalsweep.wasm'));
  const record = { compiler: compiler.version, sources: wasmSourceHash() };
  writeFileSync(join(native, 'wasm-build.json'), `${JSON.stringify(record, null, 2)}\n`);
}
