// Records the replay tables: node bench/replay/record.mjs [folder for databases] [part of a table's name]
// (build first: npx tsc -p . && node scripts/bundle.mjs). What its database has already is not trained again.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { isBaseline, PLAIN_LOSS } from '../../dist/knobs/plain-loss.js';
import { TABLES, writeTable } from './tables.mjs';

const [folder = 'results/replay', only = ''] = process.argv.slice(2);
/** Knobs that came later are not recorded where they have their default. */
const plain = Object.fromEntries(PLAIN_LOSS);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

for (const name of TABLES.filter((name) => name.includes(only))) {
  mkdirSync(folder, { recursive: true });
  mkdirSync(here('tables'), { recursive: true });
  const file = join(folder, `${name}.db`);
  const spec = here(`${name}.yaml`);
  execFileSync(process.execPath, [here('../../dist/bundle/main.js'), 'launch', spec, '--db', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const database = new Database(file, { readonly: true });
  writeTable(tableOf(database, name));
  database.close();
  console.log(`${name}: recorded`);
}

function tableOf(database, name) {
  const sweep = `replay-${name}`;
  const all = (query, ...values) => database.prepare(query).all(...values);
  const runs = all(
    'SELECT run_id, trial_id, seed FROM sweep_runs JOIN runs USING (run_id) WHERE sweep = ?',
    sweep,
  );
  const trials = all(
    'SELECT * FROM sweep_trials JOIN trials USING (trial_id) WHERE sweep = ? ORDER BY position',
    sweep,
  );
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const valuesOf = ({ macro_f1, rare_recall }) => ({ macro_f1, rare_recall });
  const runOf = (trialId, seed) => {
    const { run_id: id } = runs.find((run) => run.trial_id === trialId && run.seed === seed);
    const split = (which) =>
      valuesOf(all('SELECT * FROM split_metrics WHERE run_id = ? AND split = ?', id, which)[0]);
    const epochs = all('SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch', id).map(valuesOf);
    return { seed, epochs, validation: split('validation'), test: split('test') };
  };
  return {
    name,
    metric: { name: trials[0].metric, goal: trials[0].goal },
    maxEpochs: JSON.parse(trials[0].config).epochs,
    seeds,
    trials: trials.map((trial) => ({
      trialId: trial.trial_id,
      point: JSON.parse(trial.point),
      isBaseline: isBaseline({ ...plain, ...JSON.parse(trial.config) }, null),
      runs: seeds.map((seed) => runOf(trial.trial_id, seed)),
    })),
  };
}
