// What residual blocks, bins by target, larger networks and patience change on real tables: node studies/networks.mjs [folder for the
// databases] [part of a table's name] (build first: npx tsc && node scripts/bundle.mjs). Needs the tables of ../shared/data. Cross-entropy;
// of two learning rates each kind of network has the one that is better on the validation rows; the test rows chose nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { markdownTable } from '../bench/markdown-table.mjs';
import { given, HALVES, ofSpec } from './models/tables.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const shared = join(root, '../shared/data');
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'focalsweep-networks-'));
const part = process.argv[3] ?? '';
mkdirSync(folder, { recursive: true });

const TABLES = {
  malware21: { source: 'builtin:malware21', label: 'family', split: HALVES },
  netml2020: ofSpec('netml2020', shared),
  'nsl-kdd': ofSpec('nsl-kdd', shared),
  'page-blocks': ofSpec('page-blocks', shared),
  letterlt: given('letterlt', shared),
  mammography: given('mammography', shared),
  wine: given('wine', shared),
};

const QUANTILE = { piecewise_linear: 16 };
const TARGET = { bins: 'target', piecewise_linear: 16 };
const RATES = [0.003, 0.001];
/** Each with the pairs that are compared: what both have, and the values of a knob. */
const STUDIES = {
  networks: {
    tables: Object.keys(TABLES),
    axes: { encode_numbers: ['none', QUANTILE, TARGET], residual: [false, true], learning_rate: RATES },
    fixed: { model: { hidden: [128, 128] }, train: { gamma: 0, alpha: 1, epochs: 60, patience: 10 } },
    pairs: [
      ...['none', QUANTILE].map((encode_numbers) => [{ encode_numbers }, 'residual', false, true]),
      ...[false, true].map((residual) => [{ residual }, 'encode_numbers', QUANTILE, TARGET]),
    ],
  },
  size: {
    tables: ['letterlt', 'wine'],
    axes: {
      hidden: [
        [128, 64],
        [256, 256],
        [512, 256],
      ],
      patience: [10, 30],
      learning_rate: RATES,
    },
    fixed: { train: { gamma: 0, alpha: 1, epochs: 200 } },
    pairs: [
      ...[10, 30].flatMap((patience) =>
        [
          [256, 256],
          [512, 256],
        ].map((hidden) => [{ patience }, 'hidden', [128, 64], hidden]),
      ),
      ...[
        [128, 64],
        [512, 256],
      ].map((hidden) => [{ hidden }, 'patience', 10, 30]),
    ],
  },
};

/** Trains a study's sweep on a table; done already where the database is there. */
function launch(table, name, { axes, fixed }) {
  const base = join(folder, `${table}-${name}`);
  const parameters = Object.fromEntries(Object.entries(axes).map(([knob, values]) => [knob, { values }]));
  const spec = { name, parameters, seeds: 5, data: TABLES[table], ...fixed };
  writeFileSync(`${base}.yaml`, JSON.stringify(spec, null, 2));
  if (!existsSync(`${base}.done`)) {
    const command = ['dist/bundle/main.js', 'launch', `${base}.yaml`, '--db', `${base}.db`, '--workers', '1'];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    writeFileSync(`${base}.done`, '');
  }
  return `${base}.db`;
}

/** Scores of every run: its knobs, seed, training time and metrics on validation and test rows. */
function runsOf(file) {
  const database = new Database(file, { readonly: true });
  const rows = database
    .prepare(
      `SELECT trial.config, run.seed, attempt.duration_ms AS ms, v.macro_f1 AS validation, t.macro_f1 AS f1, t.rare_recall AS rare
       FROM runs run JOIN trials trial USING (trial_id) JOIN split_metrics v ON v.run_id = run.run_id AND v.split = 'validation'
       JOIN split_metrics t ON t.run_id = run.run_id AND t.split = 'test' JOIN attempts attempt ON attempt.run_id = run.run_id`,
    )
    .all();
  database.close();
  return rows.map((row) => ({ ...row, config: JSON.parse(row.config) }));
}

const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const same = (a, b) => canonical(a) === canonical(b);
const canonical = (value) =>
  JSON.stringify(value, (_, own) =>
    own !== null && typeof own === 'object' && !Array.isArray(own)
      ? Object.fromEntries(Object.entries(own).sort())
      : own,
  );

/** The runs of a kind of network, by seed, under the learning rate that the validation rows prefer. */
function best(runs, knobs) {
  const own = runs.filter(({ config }) =>
    Object.entries(knobs).every(([knob, value]) => same(config[knob] ?? DEFAULTS[knob], value)),
  );
  const groups = RATES.map((rate) => own.filter(({ config }) => config.learning_rate === rate));
  const [chosen] = groups.sort(
    (a, b) => mean(b.map((run) => run.validation)) - mean(a.map((run) => run.validation)),
  );
  return chosen.sort((a, b) => a.seed - b.seed);
}
const DEFAULTS = { encode_numbers: 'none', residual: false };
const T_975 = 2.776; // of Student's t with 4 degrees of freedom

function difference(before, after, metric) {
  const each = after.map((run, at) => run[metric] - before[at][metric]);
  const centre = mean(each);
  const sd = Math.sqrt(each.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (each.length - 1));
  return `${centre < 0 ? '−' : '+'}${Math.abs(centre).toFixed(3)} ±${((T_975 * sd) / Math.sqrt(each.length)).toFixed(3)}`;
}

for (const [name, study] of Object.entries(STUDIES)) {
  const rows = [];
  for (const table of study.tables.filter((one) => one.includes(part))) {
    if (table !== 'malware21' && !existsSync(TABLES[table].source)) continue;
    const runs = runsOf(launch(table, name, study));
    for (const [shared, knob, from, to] of study.pairs) {
      const [before, after] = [from, to].map((value) => best(runs, { ...shared, [knob]: value }));
      const f1 = [before, after].map((own) => mean(own.map((run) => run.f1)).toFixed(3));
      const seconds = [before, after].map((own) => mean(own.map((run) => run.ms)) / 1000);
      rows.push([
        table,
        canonical(shared).replaceAll('"', ''),
        `${knob}: ${canonical(from)} → ${canonical(to)}`.replaceAll('"', ''),
        ...f1,
        difference(before, after, 'f1'),
        mean(before.map((run) => run.rare)).toFixed(3),
        difference(before, after, 'rare'),
        `${seconds[0].toFixed(2)} s × ${(seconds[1] / seconds[0]).toFixed(1)}`,
      ]);
    }
    console.error(`${name}: ${table} done`);
  }
  const header = [
    'table',
    'both',
    'change',
    'macro-F1',
    'then',
    'difference',
    'rare recall',
    'difference',
    'time of a run',
  ];
  console.log(markdownTable(header, rows));
}
