import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { findCompiler, INSTRUCTION_SETS, KERNEL_OPTIONS } from '../../../../scripts/build-native.mjs';
import { buildWasm, WASM_FILES, wasmCompiler, wasmSourceHash } from '../../../../scripts/build-wasm.mjs';
import { loadAddonKernels } from '../../../../src/train/network/native/addon.js';
import { probeNative } from '../../../../src/train/network/native/native-engine.js';

const run = promisify(execFile);
const native = fileURLToPath(new URL('../../../../native/', import.meta.url));
const built = JSON.parse(readFileSync(join(native, 'wasm-build.json'), 'utf8')) as {
  readonly compiler: string;
  readonly sources: { readonly [file: string]: string };
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
const sets = Object.keys(INSTRUCTION_SETS[process.arch] ?? {}).filter((set) => runnable.includes(set));

/** Another kind of processor, emulated. */
const ARM64 = { compiler: 'aarch64-linux-gnu-g++', emulator: 'qemu-aarch64' };
const canEmulate =
  findCompiler([ARM64.compiler]) !== undefined && findCompiler([ARM64.emulator]) !== undefined;
/** A set whose multiply-add has one rounding, as arm64's has. */
const fused = sets.find((set) => set.startsWith('avx'));
const noFused =
  canEmulate && compiler !== undefined && fused !== undefined
    ? ''
    : ` (skipped: needs ${ARM64.compiler}, ${ARM64.emulator} and a processor with AVX2)`;

describe.each(WASM_FILES)('native/%s', (file) => {
  it('is made of the sources as they are: else run `node scripts/build-wasm.mjs`', () => {
    expect(wasmSourceHash(file)).toBe(built.sources[file]);
  });

  it.skipIf(!sameCompiler)(`can be made again, byte for byte${otherCompiler}`, () => {
    const out = join(folder, file);
    buildWasm(wasmCompiler()?.command ?? '', file, out);
    expect(readFileSync(out).equals(readFileSync(join(native, file)))).toBe(true);
  });
});

describe('sources of the native kernel', () => {
  it.skipIf(compiler === undefined).concurrent.each(sets)(
    `pass their own test under address and undefined-behaviour sanitizers: %s${noCompiler}`,
    async (set) => {
      expect(await hostTest(set)).toContain('all passed');
    },
  );

  it.skipIf(compiler === undefined).concurrent.each(sets)(
    `of trees pass theirs, with the same bits: %s${noCompiler}`,
    async (set) => {
      const own = await hostTest(set, 'trees');
      expect(own).toContain('all passed');
      expect(bitsOf(own)).toBe(bitsOf(await hostTest(sets[0] ?? '', 'trees')));
    },
  );

  it.skipIf(!canEmulate || compiler === undefined)(
    `of trees give the same bits on arm64${noFused}`,
    async () => {
      const there = await ownTest('neon', EMULATED, 'trees');
      expect(there).toContain('all passed');
      expect(bitsOf(there)).toBe(bitsOf(await hostTest(sets[0] ?? '', 'trees')));
    },
  );

  it.skipIf(noFused !== '')(`give the same bits on arm64 as here${noFused}`, async () => {
    const here = await hostTest(fused ?? '');
    const there = await ownTest('neon', EMULATED);
    expect(there).toContain('all passed');
    expect(bitsOf(there)).toBe(bitsOf(here));
  });
});

interface TestBuild {
  readonly compiler: string;
  readonly options: readonly string[];
  readonly emulator: readonly string[];
}

const EMULATED: TestBuild = {
  compiler: ARM64.compiler,
  options: ['-O1', '-static'],
  emulator: [ARM64.emulator],
};

function bitsOf(printed: string): string {
  const line = /^bits .*$/m.exec(printed)?.[0];
  if (line === undefined) throw new Error(`no bits in ${printed}`);
  return line;
}

type Source = 'kernel' | 'trees';

/** What the own test of a source prints, built for an instruction set. */
async function ownTest(
  set: string,
  { compiler, options, emulator }: TestBuild,
  source: Source = 'kernel',
): Promise<string> {
  const program = join(folder, `${source}-${set}${emulator.length === 0 ? '' : '-emulated'}`);
  const arguments_ = [
    ...KERNEL_OPTIONS,
    ...options,
    `-DINSTRUCTION_SET=${set}`,
    `${source}-test.cc`,
    '-o',
    program,
  ];
  await run(compiler, arguments_, { cwd: native });
  const [command = '', ...rest] = [...emulator, program];
  return (await run(command, rest)).stdout;
}

const hostTests = new Map<string, Promise<string>>();

/** The same under sanitizers on this processor, once for each set. */
function hostTest(set: string, source: Source = 'kernel'): Promise<string> {
  const key = `${source} ${set}`;
  const known =
    hostTests.get(key) ??
    ownTest(
      set,
      {
        compiler: compiler?.command ?? '',
        options: [
          '-fsanitize=address,undefined',
          '-fno-sanitize-recover=all',
          '-O0',
          ...(INSTRUCTION_SETS[process.arch]?.[set] ?? []),
        ],
        emulator: [],
      },
      source,
    );
  hostTests.set(key, known);
  return known;
}
