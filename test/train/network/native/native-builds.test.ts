import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../src/data/dataset.js';
import { randomStream } from '../../../../src/random.js';
import { clusters, datasetOf } from '../../../../src/testing/small-dataset.js';
import type {
  Engine,
  EpochBatches,
  LaneProgram,
  LaneSettings,
  ProgramShape,
} from '../../../../src/train/network/engine.js';
import { weightCount } from '../../../../src/train/network/layers.js';
import { loadAddonKernels } from '../../../../src/train/network/native/addon.js';
import {
  loadNativeEngine,
  type NativeBuild,
  probeNative,
} from '../../../../src/train/network/native/native-engine.js';

const [addon] = await probeNative();
/** The builds that are here. */
const BUILDS: readonly NativeBuild[] = addon?.available ? ['addon', 'wasm'] : ['wasm'];
const sets = addon?.available ? loadAddonKernels().map(({ instructionSet }) => instructionSet) : [];
const missing = (...needed: string[]): string => {
  const absent = needed.filter((set) => !sets.includes(set));
  return absent.length > 0 ? ` (skipped: no addon with ${absent.join(', ')} here)` : '';
};

/** Drawn without logarithms and cosines, whose bits differ between versions of Node. */
const uniform = (seed: number, length: number): number[] => {
  const stream = randomStream(seed, 'synthetic');
  return Array.from({ length }, () => stream.uniform() * 2 - 1);
};
const labels = Array.from({ length: 203 }, (_, row) => row % 21);
const data = datasetOf({
  features: labels.map((label, row) => uniform(row, 19).map((x) => x + label / 9)),
  labels,
  classes: 21,
});
const shape: ProgramShape = {
  layers: [19, 37, 16, 21],
  activation: 'tanh',
  optimizer: 'adamw',
  batchSize: 48,
};
/** The same of two residual blocks. */
const blocks: ProgramShape = { ...shape, layers: [19, 37, 37, 21], residual: true };
const settings: LaneSettings = {
  seed: 2 ** 33 + 5,
  gamma: 1.5,
  alpha: Float32Array.from({ length: 21 }, (_, index) => 0.5 + index / 7),
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 0.02,
  dropout: 0.2,
};

const initialOf = (own: ProgramShape): Float32Array =>
  Float32Array.from(uniform(3, weightCount(own)), (value) => value * 0.4);

function mixedEpoch(epoch: number, { rowCount }: Dataset): EpochBatches {
  const stream = randomStream(4, 'mixup', epoch);
  const draw = () => Int32Array.from({ length: rowCount }, () => stream.integer(rowCount));
  return {
    epoch,
    rows: draw(),
    mixup: { partners: draw(), share: Float32Array.from({ length: rowCount }, () => stream.uniform()) },
  };
}

const margins = Float32Array.from({ length: 21 }, (_, cls) => 2 / (1 + cls));
/** The terms of every loss. */
const LOSSES: readonly Partial<LaneSettings>[] = [
  {},
  { margins },
  { polyEpsilon: 2 },
  { margins, polyEpsilon: -1, offsets: margins },
];

/** Everything that training leaves, for comparisons of bits. */
async function outcome(engine: Engine, program = shape, lane = settings): Promise<unknown> {
  const trained = await engine.start(data, program, [lane], [initialOf(program)]);
  const sums = [];
  for (const epoch of [1, 2, 3]) {
    sums.push(
      await trained.train([mixedEpoch(epoch, data)], 0, Math.ceil(data.rowCount / program.batchSize)),
    );
  }
  const rows = data.split.train;
  const left = [
    sums,
    await trained.state(0),
    await trained.predict(0, rows),
    await trained.evaluate(0, rows),
  ];
  trained.dispose();
  return left;
}

describe('builds of the native kernel', () => {
  it.skipIf(missing('avx512', 'avx2') !== '').each(['relu', 'tanh'] as const)(
    `avx512 and avx2 give the same bits (%s)${missing('avx512', 'avx2')}`,
    async (activation) => {
      const [wide, narrow] = [
        await loadNativeEngine('addon', 'avx512'),
        await loadNativeEngine('addon', 'avx2'),
      ];
      expect(wide.id).toBe(narrow.id);
      for (const network of [shape, blocks]) {
        const program = { ...network, activation };
        for (const loss of LOSSES) {
          const lane = { ...settings, ...loss };
          expect(await outcome(wide, program, lane)).toEqual(await outcome(narrow, program, lane));
        }
      }
    },
  );

  it.skipIf(missing('sse2') !== '')(`the baseline gives WebAssembly's bits${missing('sse2')}`, async () => {
    const [baseline, wasm] = [await loadNativeEngine('addon', 'sse2'), await loadNativeEngine('wasm')];
    expect(baseline.id).toBe(wasm.id);
    for (const loss of LOSSES) {
      const lane = { ...settings, ...loss };
      expect(await outcome(baseline, shape, lane)).toEqual(await outcome(wasm, shape, lane));
    }
    expect(await outcome(baseline, blocks)).toEqual(await outcome(wasm, blocks));
  });

  it("WebAssembly's bits are those of every other machine", async () => {
    const hashOf = async (program: ProgramShape): Promise<number> => {
      const [, state] = (await outcome(await loadNativeEngine('wasm'), program)) as [unknown, Float32Array];
      const bits = new Uint32Array(state.buffer, state.byteOffset, state.length);
      return bits.reduce((hash, word) => (Math.imul(hash, 31) + word) >>> 0, 7);
    };
    expect(await hashOf(shape)).toMatchInlineSnapshot(`3092140916`);
    expect(await hashOf(blocks)).toMatchInlineSnapshot(`99254440`);
  });

  it('says which builds there are, and refuses an instruction set that is not there', async () => {
    expect((await probeNative()).map(({ name }) => name)).toEqual(['native/addon', 'native/wasm']);
    await expect(loadNativeEngine('wasm', 'avx1024')).rejects.toThrow('avx1024');
  });

  it('refuses rows that the dataset does not have', async () => {
    const engine = await loadNativeEngine('wasm');
    const trained = await engine.start(data, shape, [settings], [initialOf(shape)]);
    await expect(trained.predict(0, Int32Array.of(data.rowCount))).rejects.toThrow(RangeError);
    await expect(trained.train([{ epoch: 1, rows: Int32Array.of(-1) }], 0, 1)).rejects.toThrow(RangeError);
    trained.dispose();
  });

  it.each(BUILDS)('%s refuses a network that its memory cannot hold', async (build) => {
    const huge: ProgramShape = { ...shape, layers: [19, 8, 21], batchSize: 100_000_000 };
    const engine = await loadNativeEngine(build);
    await expect(engine.start(data, huge, [settings], [initialOf(huge)])).rejects.toThrow('too large');
  });

  it('reuses memory that was given back, since WebAssembly memory cannot shrink', async () => {
    const engine = await loadNativeEngine('wasm');
    const table = datasetOf(clusters(30, 19, 21));
    const start = (): Promise<LaneProgram> => engine.start(table, shape, [settings], [initialOf(shape)]);
    (await start()).dispose();
    const bytes = table.memory.buffer.byteLength;
    const [first, second] = [await start(), await start()];
    expect(table.memory.buffer.byteLength).toBeGreaterThan(bytes);
    first.dispose();
    second.dispose();
    const most = table.memory.buffer.byteLength;
    for (let i = 0; i < 5; i++) (await start()).dispose();
    expect(table.memory.buffer.byteLength).toBe(most);
  });

  it.each(BUILDS)('%s survives threads that end in the middle of training', async (build) => {
    const engine = await loadNativeEngine(build);
    const before = await outcome(engine);
    for (let round = 0; round < 8; round++) {
      const worker = new Worker(ENDLESS_TRAINING, {
        eval: true,
        workerData: {
          engineUrl: new URL('../../../../dist/train/network/native/native-engine.js', import.meta.url).href,
          build,
          data,
          shape,
          settings,
          initial: initialOf(shape),
        },
      });
      await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      await worker.terminate();
    }
    expect(await outcome(engine)).toEqual(before);
  });
});

const ENDLESS_TRAINING = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { engineUrl, build, data, shape, settings, initial } = workerData;
  import(engineUrl).then(async ({ loadNativeEngine }) => {
    const trained = await (await loadNativeEngine(build)).start(data, shape, [settings], [initial]);
    const rows = data.split.train;
    for (let epoch = 1; ; epoch++) {
      await trained.train([{ epoch, rows }], 0, Math.ceil(rows.length / shape.batchSize));
      if (epoch === 3) parentPort.postMessage('training');
    }
  });
`;
