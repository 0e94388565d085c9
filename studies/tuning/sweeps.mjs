// The sweeps behind docs/tuning-focal-loss.md. A replicate draws its own split, initial weights and batches; on the synthetic
// tables its own rows too.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { malware21 } from '../../dist/data/builtin/malware21.js';

export const GAMMAS = [0, 0.5, 1, 2, 3, 5];
/** Training rows of the largest class to those of the smallest. */
export const IMBALANCES = [1, 10, 50, 200];
const CLASS_WEIGHTS = ['balanced', { effective_number: 0.999 }];
const NETML = fileURLToPath(
  new URL('../../../shared/data/netml2020/netml_test-std_inferred.csv.gz', import.meta.url),
);
export const HAS_NETML = existsSync(NETML);

const values = (axes) =>
  Object.fromEntries(Object.entries(axes).map(([knob, list]) => [knob, { values: list }]));

/** The sweeps of one replicate of malware21: 111 configurations. */
function malwareSweeps(replicate) {
  const data = {
    source: 'builtin:malware21',
    label: 'family',
    seed: replicate,
    split: { validation: 0.2, test: 0.2, seed: replicate },
    rare_classes: { quantile: 0.25 },
  };
  const train = { epochs: 30, batch_size: 128, patience: 0 };
  const learning_rate = [0.003, 0.001, 0.0005];
  const spec = (name, axes, changes = {}) => ({
    name,
    parameters: values(axes),
    seeds: [replicate],
    data,
    train,
    ...changes,
  });
  const some = { gamma: [0, 2], learning_rate };
  return [
    spec('gamma', { alpha: [1], gamma: GAMMAS, learning_rate }, { store_logits: true }),
    spec('class weights', { alpha: CLASS_WEIGHTS, gamma: GAMMAS, learning_rate }),
    spec('mild class weights', { alpha: [{ effective_number: 0.99 }], ...some }),
    spec('sampler', { sampler: ['weighted', 'balanced'], alpha: [1], ...some }),
    spec('mixup', { mixup: [0.2, 1], alpha: [1], ...some }),
    spec('scalar alpha', { alpha: [2], ...some }),
    spec('sgd', { alpha: [1, 2], gamma: [0], learning_rate: [0.05, 0.1, 0.2], optimizer: ['sgd'] }),
    spec('short', { alpha: [1], ...some }, { train: { ...train, epochs: 10 } }),
    spec('hot', { alpha: [1], gamma: [0, 2, 3], learning_rate: [0.1] }),
    spec(
      'raw',
      { alpha: [1], gamma: [0, 2, 3], learning_rate: [0.001, 0.0005] },
      { data: { ...data, normalize: 'none' } },
    ),
  ];
}

/** The sweeps of one replicate of NetML-2020: 52 configurations, trained on 30 % of the rows. */
function netmlSweeps(replicate) {
  const common = {
    seeds: [replicate],
    data: {
      source: NETML,
      label: 'label',
      split: { validation: 0.3, test: 0.4, seed: replicate },
      missing: 'impute',
      rare_classes: ['MinerTrojan', 'BitCoinMiner', 'TrojanDownloader', 'Downware', 'Cobalt', 'Ramnit'],
    },
    train: { epochs: 15, batch_size: 256, patience: 0 },
  };
  const learning_rate = [0.003, 0.001];
  const spec = (name, axes, changes = {}) => ({ name, parameters: values(axes), ...common, ...changes });
  const some = { gamma: [0, 2], learning_rate };
  return [
    spec('gamma', { alpha: [1], gamma: GAMMAS, learning_rate }, { store_logits: true }),
    spec('class weights', { alpha: CLASS_WEIGHTS, gamma: GAMMAS, learning_rate }),
    spec('sampler', { sampler: ['weighted', 'balanced'], alpha: [1], ...some }),
    spec('mixup', { mixup: [0.2], alpha: [1], ...some }),
    spec('scalar alpha', { alpha: [2], ...some }),
  ];
}

const TRAINING_ROWS = 4800;
const ROWS_PER_CLASS = 100;
const POOL_TABLES = 16;

/**
 * One replicate of malware21 under several imbalances, as with long-tailed CIFAR (Cui et al. 2019): training rows per class
 * fall geometrically, validation and test hold as many rows of every class.
 */
function imbalanceSweeps(replicate, folder) {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const file = (name) => join(data, `${name}-${replicate}.csv`);
  if (!existsSync(file('test'))) writeProfiles(replicate, file);
  const learning_rate = [0.003, 0.001];
  return IMBALANCES.flatMap((ratio) => {
    const common = {
      seeds: [replicate],
      data: {
        source: file(`train-${ratio}`),
        label: 'family',
        split: { validation: file('validation'), test: file('test') },
        rare_classes: ['TrojanDownloader', 'Downware', 'Cobalt', 'Ramnit', 'Sality'],
      },
      train: { epochs: 30, batch_size: 128, patience: 0 },
    };
    return [
      { name: `gamma ${ratio}`, parameters: values({ alpha: [1], gamma: GAMMAS, learning_rate }), ...common },
      {
        name: `class weights ${ratio}`,
        parameters: values({ alpha: ['balanced'], gamma: [0], learning_rate }),
        ...common,
      },
    ];
  });
}

function writeProfiles(replicate, file) {
  const tables = Array.from({ length: POOL_TABLES }, (_, index) =>
    malware21({ rows: 1500, seed: 1000 * replicate + index }),
  );
  const head = tables[0].columns.map(({ name }) => name).concat('family');
  const byClass = tables[0].classNames.map(() => []);
  for (const table of tables) {
    const columns = table.columns.map(({ chunks }) => chunks.flatMap((chunk) => [...chunk]));
    table.labels.forEach((label, row) => {
      const cells = columns.map((column) => Number(column[row].toPrecision(7)));
      byClass[label].push([...cells, table.classNames[label]].join(','));
    });
  }
  const write = (name, rows) => writeFileSync(file(name), `${[head.join(','), ...rows].join('\n')}\n`);
  for (const ratio of IMBALANCES) {
    const shares = byClass.map((_, index) => ratio ** (-index / (byClass.length - 1)));
    const total = shares.reduce((sum, share) => sum + share);
    const rows = byClass.flatMap((own, index) => {
      const count = Math.round((TRAINING_ROWS * shares[index]) / total);
      if (own.length < 2 * ROWS_PER_CLASS + count) throw new Error(`too few rows of class ${index}`);
      return own.slice(2 * ROWS_PER_CLASS, 2 * ROWS_PER_CLASS + count);
    });
    write(`train-${ratio}`, rows);
  }
  write(
    'validation',
    byClass.flatMap((own) => own.slice(0, ROWS_PER_CLASS)),
  );
  // Written last: if it exists, all of them do.
  write(
    'test',
    byClass.flatMap((own) => own.slice(ROWS_PER_CLASS, 2 * ROWS_PER_CLASS)),
  );
}

/** By the name of their databases; `specsOf(replicate, folder)` gives the sweeps. Rows of malware21 are few: more replicates. */
export const STUDIES = {
  malware21: { replicates: 20, epochs: 30, specsOf: malwareSweeps },
  ...(HAS_NETML ? { netml2020: { replicates: 10, epochs: 15, specsOf: netmlSweeps } } : {}),
  imbalance: { replicates: 10, epochs: 30, specsOf: imbalanceSweeps },
};
