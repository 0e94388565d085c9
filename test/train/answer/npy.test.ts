import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readNpy } from '../../../src/train/answer/values/npy.js';
import { cases } from '../../property-cases.js';
import { thrown } from '../../thrown.js';
import { saidBy } from './answer-cases.js';

interface NpyCase {
  readonly name: string;
  /** As numpy 2.4.6 writes them, in base64. */
  readonly bytes: string;
  readonly rows: number;
  readonly columns: number;
  /** Row-major; null for what is refused. */
  readonly values: readonly (number | string | boolean)[] | null;
}

const fixtures = JSON.parse(
  readFileSync(new URL('fixtures/npy.json', import.meta.url), 'utf8'),
) as readonly NpyCase[];
const read = fixtures.filter(({ values }) => values !== null);
const bytesOf = (one: NpyCase): Buffer => Buffer.from(one.bytes, 'base64');
const named = (name: string): Buffer => bytesOf(fixtures.find((one) => one.name === name) as NpyCase);

it.each(read)('reads $name', (one) => {
  const { rows, columns, values } = readNpy(bytesOf(one), 'x.npy');
  const isText = values.type === 'texts';
  const expected = (one.values ?? []).map((value) => (isText ? value : Number(value)));
  expect({ rows, columns, values: [...values.values] }).toEqual({
    rows: one.rows,
    columns: one.columns,
    values: expected,
  });
  expect(values.type === 'booleans').toBe(one.name === 'bool');
});

it('keeps float32 as it is', () => {
  expect(readNpy(named('f4 special'), 'x').values.values).toBeInstanceOf(Float32Array);
  expect(readNpy(named('<f8'), 'x').values.values).toBeInstanceOf(Float64Array);
});

it.each<[string, RegExp]>([
  ['big-endian', /^x\.npy: values of the type ">i4" are not read \| .*little-endian/],
  ['objects', /the type "\|O" .*astype\(str\)/],
  ['fields', /arrays with fields/],
  ['three dimensions', /the shape \(2, 2, 2\)/],
  ['no dimension', /the shape \(\)/],
  ['bytes', /the type "\|S1"/],
  ['complex', /the type "<c16"/],
  ['dates', /the header of the .npy file|the type "<M8/],
  ['long double', /the type "<f16"/],
])('refuses %s', (name, said) => {
  expect(saidBy(thrown(() => readNpy(named(name), 'x.npy')))).toMatch(said);
});

it('refuses other files, cut ones and those with more in them', () => {
  const bytes = named('2-D f4');
  const refusal = (given: Uint8Array) => saidBy(thrown(() => readNpy(given, 'x.npy')));
  expect(refusal(Buffer.from('a,b\n1,2\n'))).toMatch(/^x\.npy: this is no .npy file/);
  expect(refusal(bytes.subarray(0, 40))).toMatch(/the header of the .npy file is damaged/);
  expect(refusal(bytes.subarray(0, -1))).toMatch(/the file has 175 bytes where its header asks for 176/);
  expect(refusal(Buffer.concat([bytes, bytes]))).toMatch(/the file has 352 bytes/);
});

it('gives a table or a UserError for any bytes', () => {
  const damaged = fc
    .tuple(fc.constantFrom(...fixtures.map(bytesOf)), fc.nat(), fc.nat(255), fc.nat(20))
    .map(([bytes, at, byte, cut]) => {
      const copy = Buffer.from(bytes.subarray(0, bytes.length - cut));
      copy[at % copy.length] = byte;
      return copy;
    });
  const header = fc
    .record({
      descr: fc.constantFrom('<f4', '<i8', '<U3', '<U0', '<U99999999999', '|b1', '<f0'),
      shape: fc.array(fc.oneof(fc.nat(9), fc.nat(), fc.constant('9'.repeat(400))), { maxLength: 3 }),
      version: fc.nat(4),
      order: fc.boolean(),
    })
    .map(({ descr, shape, version, order }) => {
      const text = `{'descr': '${descr}', 'fortran_order': ${order ? 'True' : 'False'}, 'shape': (${shape.join(', ')}), }`;
      const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0, text.length, 0, 0, 0]);
      return Buffer.concat([version === 1 ? head.subarray(0, 10) : head, Buffer.from(text)]);
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), damaged, header), (bytes) => {
      const error = thrown(() => {
        const { rows, columns, values } = readNpy(bytes, 'x.npy');
        expect(values.values).toHaveLength(rows * columns);
      });
      expect(error === undefined || !saidBy(error).startsWith('no UserError')).toBe(true);
    }),
    { numRuns: cases(2000) },
  );
});
