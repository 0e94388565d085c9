import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeNpy } from '../../../src/data/files/npy.js';
import { bits, readNpy } from './written-files.js';

interface Golden {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly bytes: string;
  readonly npy: string;
}

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/npy.json', import.meta.url), 'utf8'),
) as readonly Golden[];
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-npy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(golden)('a $dtype array of shape $shape has the bytes that NumPy writes', async (array) => {
  const { buffer } = Uint8Array.from(Buffer.from(array.bytes, 'base64'));
  const values = array.dtype === 'float32' ? new Float32Array(buffer) : new Int32Array(buffer);
  const path = join(folder, `${golden.indexOf(array)}.npy`);
  await writeNpy(path, { values, shape: array.shape });
  expect(readFileSync(path).toString('base64')).toBe(array.npy);
});

test('an array in the middle of a shared memory that goes to the disk in several pieces is whole', async () => {
  const { buffer } = new WebAssembly.Memory({ initial: 800, maximum: 800, shared: true });
  const values = new Float32Array(buffer as unknown as SharedArrayBuffer, 4096, 9_000_001);
  for (let at = 0; at < values.length; at++) values[at] = at % 65_537;
  const path = join(folder, 'large.npy');
  await writeNpy(path, { values, shape: [values.length] });
  const read = readNpy(path);
  expect(read.shape).toEqual([9_000_001]);
  expect(
    Buffer.compare(Buffer.from(bits(read.values as Float32Array).buffer), Buffer.from(bits(values).buffer)),
  ).toBe(0);
});
