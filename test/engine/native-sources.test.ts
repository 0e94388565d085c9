import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { findCompiler, INSTRUCTION_SETS, KERNEL_OPTIONS } from '../../scripts/build-native.mjs';
import { buildWasm, wasmCompiler, wasmSourceHash } from '../../scripts/build-wasm.mjs';
import { loadAddonKernels } from '../../src/engine/native/addon.js';
import { probeNative } from '../../src/engine/native/native-engine.js';

const run = promisify(execFile);
const native = fileURLToPath(new URL('../../native/', import.meta.url));
const built = JSON.parse(readFileSync(join(native, 'wasm-build.json'), 'utf8')) as {
  readonly compiler: string;
  readonly sources: string;
};
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-kernel-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compiler = findCompiler();
const noCompiler = compiler === undefined ? ' (skipped: no C++ compiler)' : '';
const sameCompiler = wasmCompiler()?.version === built.compiler;
const otherCompiler = sameCompiler ? '' : ` (skipped: not built by ${built.compiler} here)`;

/** What this processor is known to run: the addon says; without it, what every processor of the kind has. */
const [addon] = await probeNative();
const runnable = addon?.available
  ? loadAddonKernels().map(({ instructionSet }) => instructionSet)
  : ['sse2', 'neon'];
const sets = Object.entries(INSTRUCTION_SETS[process.arch] ?? {}).filter(([set]) => runnable.includes(set));

describe('sources of the native kernel', () => {
  it('are those of the committed WebAssembly: else run `node scripts/build-wasm.mjs`', () => {
    expect(wasmSourceHash()).toBe(built.sources);
  });

  it.skipIf(!sameCompiler)(`give the committed WebAssembly, byte for byte${otherCompiler}`, () => {
    const out = join(folder, 'focalsweep.wasm');
    buildWasm(wasmCompiler()?.command ?? '', out);
    expect(readFileSync(out).equals(readFileSync(join(native, 'focalsweep.wasm')))).toBe(true);
  });

  it.skipIf(compiler === undefined).concurrent.each(sets)(
    `pass their own test under address and undefined-behaviour sanitizers: %s${noCompiler}`,
    async (set, options) => {
      const program = join(folder, set);
      const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-O0'];
      await run(
        compiler?.command ?? '',
        [
          ...KERNEL_OPTIONS,
          ...sanitizers,
          ...options,
          `-DINSTRUCTION_SET=${set}`,
          'kernel-test.cc',
          '-o',
          program,
        ],
        { cwd: native },
      );
      expect((await run(program)).stdout).toContain('all passed');
    },
  );
});
