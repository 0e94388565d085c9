// Kept models predict the test rows of their sweeps to the bit; sweeps run with real threads and databases, by what `npm test` has built.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStore, type SweepReader } from '../../dist/index.js';
import { buildRanking, buildShown } from '../../src/analysis/analysis.js';
import { decodeModel } from '../../src/model/file/model-file.js';
import { launched, storedEnsemble, toldAndRecorded, toldByTrial } from './stored-test-rows.js';
import { tableFile } from './table.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-predict-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// More than a block, and the last block not full.
const tables = { 'rows.csv': tableFile(700), 'test.csv': tableFile(2600) };
for (const [name, text] of Object.entries(tables)) {
  writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, `german-${name}`), german(text));
}

/** The same table without a header, with `;`, decimal commas, points between thousands, a unit, and a word for missing values. */
function german(text: string): string {
  const rows = text.trim().split('\n').slice(1);
  return rows
    .map((row) => {
      const [, bytes = '', duration = '', kind, same, flag, family] =
        /^(\d+),([^,]*),("(?:[^"]|"")*"),(\d),(\d),(.*)$/.exec(row) ?? [];
      const written = Number(bytes).toLocaleString('de', { minimumFractionDigits: 1 });
      const time = duration === '' ? 'unbekannt' : `${duration.replace('.', ',')} €`;
      return [written, time, kind, same, flag, family].join(';');
    })
    .join('\n');
}

const DATA = `source: ${join(folder, 'rows.csv')}, label: family`;
const TEST = `test: ${join(folder, 'test.csv')}`;

const launch = <T>(name: string, text: string, read: (reader: SweepReader) => Promise<T>): Promise<T> =>
  launched(join(folder, `${name}.db`), `name: ${name}\nseeds: 2\n${text}`, read);

it.each([
  [
    'numbers',
    8,
    `parameters:
  normalize: {values: [zscore, robust, quantile, log1p]}
data: {${DATA}, split: {${TEST}}}
model: {hidden: [8]}
train: {epochs: 3, patience: 0}`,
  ],
  [
    'bins',
    6,
    `parameters:
  encode_numbers: {values: [none, {piecewise_linear: 4}, {piecewise_linear: 4, bins: target}]}
data: {${DATA}, split: {${TEST}}, normalize: quantile}
model: {hidden: [8], activation: tanh}
train: {epochs: 3, patience: 0}`,
  ],
  [
    'residual',
    4,
    `parameters: {gamma: {values: [0, 2]}}
data: {${DATA}, split: {${TEST}}}
model: {hidden: [16, 16], residual: true}
train: {epochs: 3, loss: ldam, patience: 0}`,
  ],
  [
    'seeds',
    4,
    `parameters: {gamma: {values: [0, 2]}}
data: {${DATA}, split: {${TEST}, reshuffle: true}}
model: {hidden: [8]}
train: {epochs: 3, patience: 0}`,
  ],
  [
    'trees',
    4,
    `parameters: {encode_categories: {values: [native, one_hot]}}
data: {${DATA}, split: {${TEST}}}
model: {type: trees, max_leaves: 6}
train: {epochs: 8, patience: 0}`,
  ],
  [
    'shared trees',
    4,
    `parameters: {multi_output: {values: [false, true]}, gamma: {values: [0, 2]}}
data: {${DATA}, split: {${TEST}}}
model: {type: trees, max_leaves: 6}
train: {epochs: 8, patience: 0}`,
  ],
  [
    'ranked',
    4,
    `parameters: {gamma: {values: [0, 2]}}
metric: {name: average_precision, goal: maximize}
data: {${DATA}, split: {${TEST}}}
model: {hidden: []}
train: {epochs: 3, patience: 0}`,
  ],
  [
    'german',
    2,
    `parameters: {gamma: {values: [2]}}
data:
  source: ${join(folder, 'german-rows.csv')}
  label: family
  names: [bytes, duration, kind, same, flag, family]
  missing_values: [unbekannt, NA]
  split: {test: ${join(folder, 'german-test.csv')}}
model: {hidden: [8]}
train: {epochs: 3, patience: 0}`,
  ],
  [
    'tfjs',
    2,
    `parameters: {gamma: {values: [2]}}
engine: tfjs/cpu
data: {${DATA}, split: {${TEST}}}
model: {hidden: [4], activation: tanh}
train: {epochs: 1, patience: 0, batch_size: 256}`,
  ],
])('%s: the stored predictions and metrics of the test rows, to the bit', async (name, count, text) => {
  const pairs = await launch(name, text, (reader) => {
    const file = join(folder, name === 'german' ? 'german-test.csv' : 'test.csv');
    return toldAndRecorded(reader, name, { file, label: 'family' });
  });
  expect(pairs.length).toBeGreaterThanOrEqual(count);
  for (const { told, recorded } of pairs) {
    expect(recorded.length).toBeGreaterThan(7);
    expect(told).toEqual(recorded);
  }
});

it('numbers of new rows are spelled as those of training were', async () => {
  const reader = await openStore(join(folder, 'german.db')).reader();
  const [run] = await reader.runs('german');
  const [member] = decodeModel((await reader.model(run?.runId ?? '')) ?? new Uint8Array()).members;
  await reader.close();
  expect(
    member?.preparation.columns.map((column) => [
      column.column,
      column.kind === 'numeric' ? column.notation : column.kind,
    ]),
  ).toEqual([
    ['bytes', { decimal: ',', grouping: '.', unit: '' }],
    ['duration', { decimal: ',', grouping: '', unit: '€' }],
    ['kind', 'categorical'],
    ['flag', undefined],
  ]);
});

it.each([
  ['networks', `data: {${DATA}, split: {${TEST}}}\nmodel: {hidden: [8]}`],
  ['splits', `data: {${DATA}, split: {reshuffle: true, ${TEST}}}\nmodel: {hidden: [8]}`],
  ['trees', `data: {${DATA}, split: {${TEST}}}\nmodel: {type: trees, max_leaves: 4}`],
])('the seeds together are in the report as they predict: %s', async (name, text) => {
  const spec = `parameters: {gamma: {values: [0, 2]}}\n${text}\ntrain: {epochs: 3, patience: 0, learning_rate: 0.05}`;
  await launch(name, spec, async (reader) => {
    const { confirmations } = await buildRanking(reader, name);
    expect(confirmations).toHaveLength(2);
    for (const { trialId, ensemble } of confirmations) {
      const stored = await storedEnsemble(reader, name, trialId);
      for (const metric of ['macro_f1', 'rare_recall', 'accuracy', 'log_loss'] as const) {
        expect(ensemble?.of.get(metric)?.mean).toBeCloseTo(stored.metrics[metric], 12);
      }
      const rows = { file: join(folder, 'test.csv'), label: 'family' };
      const told = await toldByTrial(reader, trialId, rows);
      // Stored logits are rounded to 1/1024 nat, which can only decide rows whose two likeliest classes are as close as that.
      const others = told.classes.flatMap((cls, row) => (cls === stored.classes[row] ? [] : [row]));
      for (const row of others) expect(stored.leadNats[row]).toBeLessThan(2 / 1024);
      expect(told.logLoss).toBeCloseTo(stored.metrics.log_loss, 3);
      expect(await buildShown(reader, trialId)).toMatchObject({ kind: 'trial', ensemble });
    }
  });
});
