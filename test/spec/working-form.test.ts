import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { UserError } from '../../src/errors.js';
import { parseSpec, readSpec } from '../../src/spec/parse-spec.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';

function refusal(text: string): UserError {
  const error = thrown(() => parseSpec(text, 'sweep.yaml'));
  if (error instanceof UserError) return error;
  throw error ?? new Error(`accepted: ${text}`);
}

const HEAD = 'name: a\ndata: {source: x}\n';

describe('a mistake in a spec names the form that works', () => {
  it.each([
    ['parameters:\n  gamma: [0, 2]', '4:10', 'gamma: {values: [0, 2]}'],
    ['parameters:\n  gamma: 2', '4:10', 'gamma: {value: 2}'],
    ['parameters: {gamma: {values: 2}}', '3:30', 'values: [2]'],
    ['parameters: {gamma: {value: [1, 2]}}', '3:29', 'gamma: {values: [1, 2]}'],
    ['parameters: {alpha: balanced}', '3:21', 'alpha: {value: balanced}'],
    ['parameters: {alpha: {effective_number: 0.9}}', '3:22', 'alpha: {value: {effective_number: 0.9}}'],
    ['parameters: {gamma: {values: ["1", 2]}}', '3:31', 'values: [1, 2]'],
    ['metric: macro_f1', '3:9', 'metric: {name: macro_f1}'],
    ['metric: f1', '3:9', 'metric: {name: macro_f1}'],
    ['model: {hidden: 128}', '3:17', 'hidden: [128]'],
    ['parameters: {hidden: {values: [128, 64]}}', '3:32', '[[128, 64]]` is one of two layers'],
    ['parameters: {hidden: 128}', '3:22', 'hidden: {value: [128]}'],
    ['train: {gamma: [0, 2]}', '3:16', 'parameters: {gamma: {values: [0, 2]}}'],
    ['train: {gamma: {value: 2}}', '3:16', 'gamma: 2'],
    ['train: {alpha: {values: [1, balanced]}}', '3:16', 'parameters: {alpha: {values: [1, balanced]}}'],
    ['lr: 0.1', '3:1', 'train: {learning_rate: 0.1}'],
    ['train: {lr: 0.1}', '3:9', 'learning_rate: 0.1'],
    ['train: {n_estimators: 200}', '3:9', 'epochs: 200'],
    ['train: {subsample: 0.5}', '3:9', 'row_share: 0.5'],
    ['num_leaves: 15', '3:1', 'model: {max_leaves: 15}'],
    ['parameters: {lr: {values: [0.1]}}', '3:14', 'learning_rate: {values: [0.1]}'],
    ['train: {hidden: [8]}', '3:9', 'model: {hidden: [8]}'],
    ['train: {seed: 3}', '3:9', 'seeds: 3'],
    ['label: y', '3:1', 'data: {label: y}'],
    ['toString: y', '3:1', 'Known keys: name'],
    ['parameters: {learning_rate: {min: 0.001, max: 0.1}}', '3:29', 'learning_rate: {values: [0.001, 0.1]}'],
    [
      'parameters: {learning_rate: {distribution: uniform, min: 1, max: 2}}',
      '3:29',
      'Write `method: random` and `trials: 50` at the top, or `learning_rate: {values: [1, 2]}`',
    ],
    ['parameters: {gamma: {distribution: normal, mu: 1}}', '3:21', 'gamma: {values: [1, …]}'],
    ['parameters: {optimizer: {min: 1, max: 2}}', '3:26', 'optimizer: {values: [first, second]}'],
    ['job: train', '3:1', 'program: train.py'],
    ['early_terminate: {type: hyperband}', '3:18', 'early_terminate: {type: hyperband, min_iter: 5}'],
    ['method: bayes', '3:9', 'method: tpe'],
    ['method: rnd', '3:9', 'Use one of them.'],
    ['train: {loss: class_balanced}', '3:15', 'write `alpha: {effective_number: 0.999}`'],
    ['parameters: {loss: {values: [focal, class_balanced]}}', '3:37', 'alpha: {effective_number: 0.999}'],
    ['parameters: {alpha: [balanced, 1, balanced]}', '3:21', 'alpha: {values: [balanced, 1]}'],
    ['parameters: {gamma: {values: ["2", 2, 0]}}', '3:31', 'values: [2, 0]'],
    ['train: {loss: lam}', '3:15', 'Use one of them'],
    ['store_logits: yes', '3:15', 'store_logits: true'],
    ['train: {epochs: "30"}', '3:17', 'epochs: 30'],
    ['seeds: "3"', '3:8', 'seeds: 3'],
    ['description: 2024', '3:14', 'description: "2024"'],
    [
      'train:\n  <<: {gamma: 2}',
      '4:3',
      'Write the keys out, or use an alias for a whole value: `train: *name`',
    ],
  ])('%s', (text, place, form) => {
    const error = refusal(HEAD + text);
    expect(error.fix).toContain(form);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });

  it.each([
    ['name: x\ndata: {<<: {source: x}, label: y}', '2:8', 'Write the keys out'],
    ['name: x\ndata: {label: y}', '2:7', 'Add `source: table.csv`'],
    ['name: 007\ndata: {source: x}', '1:7', 'name: "007"'],
    ['name: a\ndata: {source: x, label: 7}', '2:26', 'label: "7"'],
    ['name: a\ndata: {source: x, drop: [1, id]}', '2:26', 'drop: ["1", id]'],
    ['name: a\ndata: {source: x, drop: id}', '2:25', 'drop: [id]'],
    ['name: a\ndata: {source: x, delimiter: tab}', '2:30', 'delimiter: "\\t"'],
    ['name: a\ndata: x.csv', '2:7', 'data: {source: x.csv}'],
  ])('%s', (text, place, form) => {
    const error = refusal(text);
    expect(error.fix).toContain(form);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });

  it.each(['x1,x2,y\n1,2,a\n3,4,b\n', 'a;b\n1;2\n'])('a table given as a spec: %j', (text) => {
    expect(refusal(text)).toMatchObject({
      message: expect.stringMatching(/this is a table/),
      fix: expect.stringContaining('data: {source:'),
    });
  });

  it('whatever stands where', () => {
    const places = [
      ['seeds'],
      ['name'],
      ['metric'],
      ['store_logits'],
      ['data', 'label'],
      ['data', 'drop'],
      ['data', 'split'],
      ['data', 'rare_classes'],
      ['train', 'gamma'],
      ['train', 'alpha'],
      ['model', 'hidden'],
      ['parameters', 'gamma'],
      ['parameters', 'hidden'],
      ['parameters', 'alpha'],
    ];
    const scalar = fc.oneof(
      fc.integer({ min: -2, max: 300 }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.boolean(),
      fc.constantFrom(null, 'yes', '7', 'balanced', 'macro_f1', 'x', ''),
    );
    const key = fc.constantFrom('values', 'value', 'name', 'source', 'min', 'x', 'effective_number');
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.dictionary(key, scalar, { maxKeys: 2 }),
    );
    let written = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), value, (place, content) => {
        const form = formFor(place, content);
        if (form === undefined) return;
        written++;
        const [stem, ...rest] = Object.entries(parse(form) as object);
        expect(rest).toEqual([]);
        const [word, inner] = stem as [string, unknown];
        expect(place).toContain(word);
        expect(() => parseSpec(specWith(place.slice(0, place.indexOf(word) + 1), inner))).not.toThrow();
      }),
      { numRuns: cases(300) },
    );
    expect(written).toBeGreaterThan(10);
  });
});

function specWith(place: readonly string[], content: unknown): string {
  const spec: Record<string, unknown> = { name: 'a', data: { source: 'x' } };
  const [section, key] = place as [string, string?];
  spec[section] = key === undefined ? content : { ...(spec[section] as object | undefined), [key]: content };
  return stringify(spec);
}

/** What the refusal of a value says to write in its place; undefined where it is accepted or nothing is said. */
function formFor(place: readonly string[], content: unknown): string | undefined {
  const error = thrown(() => parseSpec(specWith(place, content)));
  if (error === undefined) return undefined;
  if (!(error instanceof UserError)) throw error;
  const form = /^Write `(.*)`\./s.exec(error.fix ?? '')?.[1];
  // A form of a part of the value, or one that was cut.
  return form === undefined || form.endsWith('…') || !place.includes(form.split(':')[0] ?? '')
    ? undefined
    : form;
}

describe('a file that is no spec', () => {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-no-spec-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['table.csv', '1,2\n', /this is a table/],
    ['table.csv.gz', '\u001f\u008b', /this is a table/],
    ['sweep.db', 'SQLite format 3\0\u0001', /this is a result database/],
  ])('%s', (name, content, message) => {
    const file = join(folder, name);
    writeFileSync(file, content, 'latin1');
    expect(() => readSpec(file)).toThrow(message);
  });
});
