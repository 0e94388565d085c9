import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import { cases } from '../../property-cases.js';
import { rejection } from '../../thrown.js';
import { answerTo, byFile, bytesOf, dataOf, npy, saidBy, testFolder } from './answer-cases.js';

const data = dataOf(['a', 'b', 'c']);

it('gives the same from a list, .npy and CSV, whatever the scores', async () => {
  const folder = testFolder();
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(float, { minLength: 12, maxLength: 12 }),
      fc.boolean(),
      async (values, hasHeader) => {
        const rows = [0, 3, 6, 9].map((at) => values.slice(at, at + 3).map((value) => value + 0));
        writeFileSync(join(folder, 's.npy'), npy('<f4', [4, 3], bytesOf(Float32Array.from(rows.flat()))));
        const lines = rows.map((row) => row.join(',')).join('\n');
        writeFileSync(join(folder, 's.csv'), hasHeader ? `a,b,c\n${lines}\n` : lines);
        const given = { logits: rows };
        const inline = await answerTo(data, [{ validation: given, test: given }]);
        expect(inline.test.logits).toEqual(Float32Array.from(rows.flat()));
        for (const name of ['s.npy', 's.csv']) {
          expect(await answerTo(data, [byFile('logits', name)], folder)).toEqual(inline);
        }
      },
    ),
    { numRuns: cases(50) },
  );
});

it('gives the same predictions from a list, .npy, CSV and Parquet, whatever the classes are called', async () => {
  const folder = testFolder();
  const name = fc.string({ unit: 'binary', minLength: 1 }).map((text) => `x${text.replaceAll('\0', '')}x`);
  const names = fc.uniqueArray(name, { minLength: 2, maxLength: 4 });
  const indices = fc.array(fc.nat(1), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(names, indices, async (classNames, rows) => {
      const dataset = dataOf(classNames);
      const predictions = rows.map((index) => classNames[index] as string);
      const quoted = predictions.map((text) => `"${text.replaceAll('"', '""')}"`);
      writeFileSync(join(folder, 'p.csv'), quoted.join('\n'));
      const width = Math.max(...predictions.map((text) => [...text].length));
      const points = predictions.flatMap((text) =>
        Array.from({ length: width }, (_, at) => [...text][at]?.codePointAt(0) ?? 0),
      );
      writeFileSync(join(folder, 'p.npy'), npy(`<U${width}`, [4], bytesOf(Int32Array.from(points))));
      const columnData = [{ name: 'p', data: predictions, type: 'STRING' as const }];
      writeFileSync(join(folder, 'p.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
      for (const given of [predictions, rows, 'p.csv', 'p.npy', 'p.parquet']) {
        const answer = await answerTo(
          dataset,
          [{ validation: { predictions: given }, test: { predictions: given } }],
          folder,
        );
        expect([...(answer.test.predictions ?? [])]).toEqual(rows);
      }
    }),
    { numRuns: cases(50) },
  );
});

it('gives an answer or a UserError for any bytes of a file', async () => {
  const folder = testFolder();
  const start = fc.constantFrom('', 'PAR1', '\x93NUMPY\x01\0', 'a\nb\n', '0\n1\n');
  const fixture = readFileSync(new URL('../../data/fixtures/lists.parquet', import.meta.url));
  const bytes = fc.oneof(
    fc
      .tuple(start, fc.uint8Array({ maxLength: 50 }))
      .map(([text, rest]) => Buffer.concat([Buffer.from(text, 'latin1'), rest])),
    fc.tuple(fc.nat(fixture.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(fixture);
      copy[at] = byte;
      return copy;
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.constantFrom('x.npy', 'x.csv', 'x.tsv', 'x.parquet'),
      fc.constantFrom('predictions', 'logits'),
      async (content, name, key) => {
        writeFileSync(join(folder, name), content);
        const error = await rejection(() => answerTo(data, [byFile(key, name)], folder));
        expect(error === undefined || !saidBy(error).startsWith('no UserError')).toBe(true);
      },
    ),
    { numRuns: cases(300) },
  );
});
