import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { render } from '../../../src/views/render.js';
import type { Look, Paint } from '../../../src/views/renderer.js';
import { textTable } from '../../../src/views/text/text-table.js';
import { wrap } from '../../../src/views/text/wrap.js';
import { sampleReport } from '../../analysis/sample-report.js';
import { cases } from '../../property-cases.js';

const { bold, green, red } = pc.createColors(true);
const PAINT: Paint = { bold, better: green, worse: red };
/** What the table's own layout may put in another order is the end of each. */
const [BOLD, GREEN, RED] = [bold, green, red].map((paint) => paint('|').split('|')[0] ?? '') as [
  string,
  string,
  string,
];

describe('a table in a terminal', () => {
  const word = fc.stringMatching(/^[a-z_=.]{1,30}$/);
  const cell = fc.oneof(
    fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.stringMatching(/^[0-9a-f]{16}$/),
    fc.constant(null),
  );
  const name = fc.stringMatching(/^[a-z]{1,8}(_[a-z]{1,8}){0,2}$/);
  const anyTable = fc.uniqueArray(name, { minLength: 1, maxLength: 14 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(() => cell)), { maxLength: 4 }),
      optional: fc.subarray(columns),
    }),
  );

  test('fits, and names every column that is not there', () => {
    fc.assert(
      fc.property(anyTable, fc.integer({ min: 40, max: 160 }), ({ columns, rows, optional }, width) => {
        const text = textTable({ columns, rows }, { width, optional });
        const lines = text.split('\n');
        expect(lines.filter((line) => line.length > width)).toEqual([]);
        const [body = '', leftOut = ''] = text.replace(/\n {2}/g, ' ').split('Left out at a width of ');
        const named = leftOut.replace(/^\d+: (.*?)\. A wider.*$/s, '$1').split(', ');
        const missing = columns.filter((column) => named.includes(column));
        expect(missing.length).toBe(leftOut === '' ? 0 : named.length);
        const shown = columns.filter((column) => !missing.includes(column));
        const whole = body.replace(/\s/g, '');
        for (const column of shown) {
          for (const part of column.split(/(?<=_)/)) expect(whole).toContain(part);
        }
      }),
      { numRuns: cases(300) },
    );
  });

  test('keeps an id whole', () => {
    const text = textTable(
      { columns: ['run', 'what'], rows: [['0123456789abcdef', 'a b c d e f g h i j k l m n o p q']] },
      { width: 30 },
    );
    expect(text).toContain('0123456789abcdef');
  });

  test('wraps the text below an id', () => {
    const text = 'a text of several words that is wider than any id';
    const lines = textTable({ columns: ['what'], rows: [['0123456789abcdef'], [text]] }, { width: 20 }).split(
      '\n',
    );
    expect(lines).toContain('0123456789abcdef');
    expect(lines.filter((line) => line.length > 20)).toEqual([]);
    expect(lines.slice(2).join(' ')).toBe(text);
  });

  test('says nothing of columns in a pipe, and leaves none out', () => {
    const columns = Array.from({ length: 30 }, (_, at) => `column_${at}`);
    const text = textTable({ columns, rows: [columns.map(() => 'a long text in each of them')] });
    expect(text.split('\n')).toHaveLength(2);
    for (const column of columns) expect(text).toContain(column);
  });

  test('is bold where rows are, and coloured where verdicts stand', () => {
    const table = {
      columns: ['name', 'against', 'note'],
      rows: [
        ['a', 'better', 'better'],
        ['b', 'worse', ''],
        ['c', '≈', ''],
      ],
    };
    const look = { boldRows: [0], verdictColumns: ['against'] };
    const painted = textTable(table, { ...look, paint: PAINT });
    expect(painted).toContain(`${BOLD}${GREEN}better`);
    expect(painted).toContain(`${BOLD}better`);
    expect(painted).toContain(`${RED}worse`);
    expect(painted.split(BOLD)).toHaveLength(1 + 3);
    expect(textTable(table, look)).not.toContain('\u001b');
  });
});

const report = await sampleReport();

describe('a ranking in a terminal', () => {
  const ranking = (format: 'table' | 'md', look: Look = {}) => render('ranking', report, { format, ...look });

  test('has tied rows in bold and its verdicts in colour, and neither elsewhere', async () => {
    const painted = await ranking('table', { paint: PAINT });
    const tied = report.configurations.filter(({ isTied }) => isTied);
    expect(tied.length).toBeGreaterThan(0);
    expect(tied.length).toBeLessThan(report.configurations.length);
    expect(painted.split('\n').filter((line) => line.startsWith(BOLD))).toHaveLength(tied.length);
    expect(painted).toContain(`${GREEN}better`);
    expect(await ranking('table')).not.toContain('\u001b');
    expect(await ranking('md', { paint: PAINT })).not.toContain('\u001b');
  });

  test.each([60, 80, 100, 120])(
    'at %d columns names every column that its legend explains',
    async (width) => {
      const text = (await ranking('table', { width })).replace(/\s+/g, ' ');
      for (const column of ['Δ to', 'ranks', 'P(best)', 'seeds', 'epochs', 'trial', 'accuracy']) {
        expect(text).toContain(column);
      }
    },
  );
});

describe('a sentence in a terminal', () => {
  test.each([
    ['plain letters', 'abcde', 5],
    ['wide letters', '分类数据集', 10],
    ['emoji', '👩‍👩‍👧‍👦🚀', 4],
  ])('of %s is broken by the columns that they take', (_, word, columns) => {
    const words = (line: string) => line.trim().split(' ');
    const lines = wrap(Array(12).fill(word).join(' '), 40, '').split('\n');
    expect(lines.flatMap(words)).toHaveLength(12);
    const most = Math.floor(41 / (columns + 1));
    expect(words(lines[0] ?? '')).toHaveLength(Math.min(12, most));
  });
});
