import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectTable } from '../../src/data/inspect/inspect-table.js';
import { loadData } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import { firstSpecText } from '../../src/plan/first-spec/first-spec.js';
import { comment, yamlValue } from '../../src/plan/first-spec/yaml-text.js';
import { planSweep } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { parseYaml } from '../../src/spec/yaml-document.js';
import { writeFiles } from '../data/table-folder.js';
import { cases } from '../property-cases.js';

/** The first spec of a table, and the sweep that it plans. */
async function firstSweep(content: string) {
  const folder = writeFiles({ 'table.csv': content });
  const findings = await inspectTable(['table.csv'], folder, undefined);
  const text = firstSpecText(findings, { name: 'table', fromSpec: (path) => path });
  const spec = parseSpec(text, join(folder, 'table.yaml'));
  const { dataset } = await loadData(spec.data, folder);
  return { text, spec, findings, plan: planSweep(spec, dataset, ...spec.spaces.map(() => 'any@1')) };
}

/** What such a table may lack. */
const REASONS =
  /looks like classes|no column is left|no rows|(no|only one) class of|has one column|label is missing|no column varies|float32 cannot hold/;

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const lines = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => row.map(quoted).join(',')).join('\n');

describe('a first spec', () => {
  it('has spaces of a network and of trees with the axes of the quickstart', async () => {
    const rows = Array.from({ length: 90 }, (_, at) => [
      String((at * 37) % 91),
      String(at % 7),
      'abc'[at % 3] ?? '',
    ]);
    const { text, spec, plan } = await firstSweep(lines([['x', 'z', 'class'], ...rows]));
    expect(spec.spaces.map(({ name }) => name)).toEqual(['network', 'trees']);
    expect(spec.spaces[0]?.axes.map(({ knob }) => knob)).toEqual(['alpha', 'gamma', 'learning_rate']);
    expect(plan.runs).toHaveLength(36);
    expect(spec.stop).toEqual({ type: 'none' });
    expect(parseSpec(text.replace('# stop:', 'stop:')).stop.type).toBe('halving_then_racing');
  });

  it('ranks two classes with few positives by average precision', async () => {
    const rows = Array.from({ length: 400 }, (_, at) => [
      String((at * 37) % 401),
      String(at % 7),
      at % 40 === 0 ? 'fraud' : 'fine',
    ]);
    const { spec } = await firstSweep(lines([['x', 'z', 'class'], ...rows]));
    expect(spec.metric.name).toBe('average_precision');
    expect(spec.spaces[0]?.axes.map(({ knob }) => knob)).toEqual(['alpha', 'sampler', 'learning_rate']);
    expect(spec.seeds).toHaveLength(5);
  });

  it('plans, or says what is wrong, for any table', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('id', 'time', 'host', 'a: b', '- x', 'true', '#'),
    );
    const cell = fc.oneof(
      fc.constantFrom('a', 'b', '', 'NA', '1', '0'),
      fc.integer().map(String),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map(String),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const numbers = fc.array(fc.integer().map(String), { minLength: 1, maxLength: 97 });
    const column = fc.oneof(fc.uniqueArray(cell, { minLength: 1, maxLength: 40 }), numbers);
    const table = fc.record({
      columns: fc.array(fc.tuple(name, column), { minLength: 0, maxLength: 6 }),
      classes: fc.oneof(fc.array(cell, { minLength: 1, maxLength: 5 }), fc.constant(['a', 'b', 'a'])),
      rows: fc.integer({ min: 0, max: 120 }),
    });
    const refused: string[] = [];
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(table, async ({ columns, classes, rows }) => {
        const all: readonly (readonly [string, readonly string[]])[] = [...columns, ['class', classes]];
        const body = Array.from({ length: rows }, (_, row) =>
          all.map(([, own]) => own[row % own.length] ?? ''),
        );
        const sweep = await firstSweep(lines([all.map(([own]) => own), ...body])).catch((error: unknown) => {
          if (error instanceof UserError) return refused.push(error.message);
          throw error;
        });
        planned += typeof sweep === 'number' ? 0 : 1;
      }),
      { numRuns: cases(200) },
    );
    expect(refused.filter((message) => !REASONS.test(message))).toEqual([]);
    expect(planned).toBeGreaterThan(refused.length / 5);
  }, 60_000);
});

describe('values and comments in YAML', () => {
  it('keep any text, alone, in a list and as a key', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 80 })
      .filter((own) => Buffer.from(own).toString() === own);
    fc.assert(
      fc.property(text, fc.string({ unit: 'grapheme' }), (one, other) => {
        const yaml = [
          comment(`${one} ${other}`),
          `name: ${yamlValue(one)}`,
          'drop:',
          comment(other, '  '),
          `  - ${yamlValue(other)}`,
          `list: ${yamlValue([one, other])}`,
        ].join('\n');
        expect(yaml.split('\n')).toHaveLength(6);
        expect(parseYaml(yaml, 'x').value).toEqual({ name: one, drop: [other], list: [one, other] });
      }),
      { numRuns: cases(500) },
    );
  });
});
