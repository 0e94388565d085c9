// Networks and boosted trees on real tables, each under class weights and focal loss: node studies/models.mjs [folder for the databases]
// [part of a table's name] (build first: npx tsc && node scripts/bundle.mjs). Needs the tables of ../shared/data; the test rows chose nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../bench/markdown-table.mjs';
import { buildRanking, openStore, parseSpec } from '../dist/index.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const shared = join(root, '../shared/data');
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'focalsweep-models-'));
const part = process.argv[3] ?? '';
mkdirSync(folder, { recursive: true });

const ofSpec = (name) => {
  const file = join(root, 'bench/sweeps', `${name}.yaml`);
  const { data } = parseSpec(readFileSync(file, 'utf8'), file);
  return { ...data, source: join(root, 'bench/sweeps', data.source) };
};
const given = (name) => ({
  source: join(shared, name, 'train.csv'),
  label: 'label',
  split: Object.fromEntries(['validation', 'test'].map((one) => [one, join(shared, name, `${one}.csv`)])),
  min_class_rows: { rows: 3, action: 'train_only' },
});
const TABLES = {
  malware21: { source: 'builtin:malware21', label: 'family', split: { validation: 0.2, test: 0.2, seed: 7 } },
  netml2020: ofSpec('netml2020'),
  'nsl-kdd': ofSpec('nsl-kdd'),
  'page-blocks': ofSpec('page-blocks'),
  letterlt: given('letterlt'),
  mammography: given('mammography'),
  wine: given('wine'),
};

const values = (axes) =>
  Object.fromEntries(Object.entries(axes).map(([knob, list]) => [knob, { values: list }]));
const LOSS = { alpha: [1, 'balanced'], gamma: [0, 2] };
const MODELS = {
  network: {
    parameters: values({ ...LOSS, learning_rate: [0.003, 0.001] }),
    model: { type: 'mlp', hidden: [128, 64] },
    train: { epochs: 40, batch_size: 128, patience: 10 },
  },
  trees: { parameters: values(LOSS), model: { type: 'trees' } },
};

function launch(table, name, model) {
  const base = join(folder, `${table}-${name}`);
  const spec = { name, ...model, seeds: 3, data: TABLES[table] };
  writeFileSync(`${base}.yaml`, JSON.stringify(spec, null, 2));
  if (existsSync(`${base}.db`)) return `${base}.db`;
  const command = ['dist/bundle/main.js', 'launch', `${base}.yaml`, '--db', `${base}.db`, '--workers', '1'];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return `${base}.db`;
}

const interval = ({ mean, interval: { low, high } }) =>
  `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
const rows = [];
for (const table of Object.keys(TABLES).filter((name) => name.includes(part))) {
  if (table !== 'malware21' && !existsSync(TABLES[table].source)) continue;
  for (const [name, model] of Object.entries(MODELS)) {
    const reader = await openStore(launch(table, name, model)).reader();
    const { choices, configurations } = await buildRanking(reader, name);
    const runs = await reader.runs(name);
    await reader.close();
    const seconds = runs.reduce((sum, { durationMs }) => sum + durationMs / 1000, 0);
    for (const { aim, configuration, test } of choices) {
      rows.push([
        table,
        name,
        aim.name,
        configuration.label,
        interval(test.macro_f1),
        interval(test.rare_recall),
        `${configurations.length} × 3`,
        seconds.toFixed(0),
      ]);
    }
  }
}
console.log(
  markdownTable(
    [
      'table',
      'model',
      'chosen for',
      'configuration',
      'macro-F1, test',
      'rare recall, test',
      'runs',
      'seconds of training',
    ],
    rows,
  ),
);
