import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordSplitter } from '../../src/data/read/text/split-records.js';
import { cases } from '../property-cases.js';

const OPTIONS = {
  delimiter: ',',
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: 1000,
};

/** Records, or that the text is refused. */
function outcome(read: (records: unknown[]) => void): unknown {
  const records: unknown[] = [];
  try {
    read(records);
  } catch {
    return 'refused';
  }
  return records;
}

const bits = fc.constantFrom(
  'a',
  'é',
  ' ',
  ',',
  ',',
  '"',
  '""',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '1.5',
  '"x,y"',
  '"\n"',
);

test('records are those of the parser, whatever the pieces', () => {
  let split = 0;
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 40 }), fc.array(fc.boolean()), (parts, cuts) => {
      const text = parts.join('');
      // After a line, but not between a CR and its LF.
      const lines = text.split(/(?<=\n|\r(?!\n))/);
      const pieces: string[] = [];
      lines.forEach((line, at) => {
        const isCut = at === 0 || cuts[at % Math.max(1, cuts.length)] === true;
        pieces.push(isCut ? line : `${pieces.pop()}${line}`);
      });
      const expected = outcome((records) => {
        records.push(...(parse(text, OPTIONS) as string[][]));
      });
      const found = outcome((records) => {
        const splitter = new RecordSplitter(OPTIONS, (cells) => records.push([...cells]));
        for (const piece of pieces) splitter.add(Buffer.from(piece));
        splitter.end();
      });
      if (Array.isArray(expected) && expected.length > 1) split++;
      expect(found).toEqual(expected);
    }),
    { numRuns: cases(3000) },
  );
  expect(split).toBeGreaterThan(cases(3000) / 10);
});

test('every record has the line that it ends in, with line ends of every kind inside and outside of quotes', () => {
  const found: unknown[] = [];
  const splitter = new RecordSplitter(OPTIONS, ([first], line) => found.push([first, line]));
  const pieces = ['a,1\r\n\r\nb,2\n', 'c,"x\r\ny"\nd,4\n', 'e,"open\n', 'closed"\nf,6\rg,7'];
  for (const piece of pieces) splitter.add(Buffer.from(piece));
  splitter.end();
  expect(found).toEqual([
    ['a', 1],
    ['b', 3],
    ['c', 5],
    ['d', 6],
    ['e', 8],
    ['f', 9],
    ['g', 10],
  ]);
});
