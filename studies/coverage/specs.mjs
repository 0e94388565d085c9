// The sweeps that the study trains: many tables of one kind, the same grid on each. The test rows of a table are its fresh rows:
// they choose nothing, so they tell what a configuration is worth.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE_BLOCKS = fileURLToPath(
  new URL('../../../shared/data/page-blocks/page.blocks.csv', import.meta.url),
);
export const HAS_PAGE_BLOCKS = existsSync(PAGE_BLOCKS);

const values = (axes) =>
  Object.fromEntries(Object.entries(axes).map(([knob, list]) => [knob, { values: list }]));
const EFFECTIVE = { effective_number: 0.999 };

/** 13,654 rows to train and validate, three to one, and 25,000 fresh rows. */
const MALWARE21 = {
  tables: 24,
  judged: [3, 5],
  parameters: values({ alpha: [1, 'balanced', EFFECTIVE], gamma: [0, 2, 5], learning_rate: [0.003, 0.001] }),
  data: (table) => ({
    source: 'builtin:malware21',
    rows: 38_654,
    seed: 1000 + table,
    label: 'family',
    split: { validation: 3413 / 38_654, test: 25_000 / 38_654, seed: 7 },
    rare_classes: { quantile: 0.25 },
  }),
  model: { hidden: [128, 64] },
  train: { epochs: 15, batch_size: 128, patience: 7 },
};

/**
 * As sweeps/malware21 has it: fewer rows, but more of them of rare classes, and more epochs. A table has few fresh rows, so only the
 * truth over all tables is well known.
 */
const MALWARE21_SWEEP = {
  ...MALWARE21,
  tables: 72,
  judged: [3, 5, 10],
  parameters: values({
    alpha: [1, 'balanced', EFFECTIVE],
    gamma: [0, 2],
    learning_rate: [0.003, 0.001, 0.0005],
  }),
  data: (table) => ({
    ...MALWARE21.data(table),
    rows: 8000,
    split: { validation: 0.2, test: 0.2, seed: 7 },
  }),
  train: { epochs: 30, batch_size: 128, patience: 7 },
};

/** One real table, split anew each time: 40 % of it are the fresh rows. */
const PAGE_BLOCKS_SPLITS = {
  tables: 112,
  judged: [3, 5],
  parameters: values({ alpha: [1, 'balanced', EFFECTIVE], gamma: [0, 1, 2], learning_rate: [0.01, 0.003] }),
  data: (table) => ({
    source: PAGE_BLOCKS,
    label: 'class',
    split: { validation: 0.2, test: 0.4, seed: 1000 + table },
    rare_classes: { quantile: 0.4 },
  }),
  model: { hidden: [32] },
  train: { epochs: 15, batch_size: 64, patience: 7 },
};

/** Networks beside trees. */
const PAGE_BLOCKS_MODELS = {
  ...PAGE_BLOCKS_SPLITS,
  tables: 28,
  parameters: values({ alpha: [1, 'balanced', EFFECTIVE], gamma: [0, 2] }),
  model: undefined,
  train: { epochs: 15, patience: 7 },
  spaces: [
    {
      name: 'network',
      model: { hidden: [32] },
      parameters: values({ learning_rate: [0.01] }),
      train: { batch_size: 64 },
    },
    { name: 'trees', model: { type: 'trees' }, train: { learning_rate: 0.2, epochs: 30, patience: 8 } },
  ],
};

/** Two small tables and four configurations, to see that the study works. */
const SHORT = {
  ...MALWARE21,
  tables: 2,
  parameters: values({ alpha: [1, 'balanced'], gamma: [0, 2], learning_rate: [0.003] }),
  data: (table) => ({ ...MALWARE21.data(table), rows: 1500, split: { validation: 0.2, test: 0.5, seed: 7 } }),
  model: { hidden: [16] },
  train: { epochs: 3, batch_size: 64 },
};

/** Seeds that the truth is measured with. A sweep that is judged has the first of them. */
const SEEDS = [1, 2, 3, 4, 5, ...Array.from({ length: 10 }, (_, at) => 101 + at)];
const FEWER_SEEDS = SEEDS.slice(0, 7);

/** The studies that the options ask for, by name. */
export function studiesOf({ short, only, tables, split }) {
  const all = short
    ? { short: SHORT }
    : {
        malware21: MALWARE21,
        'malware21-sweep': MALWARE21_SWEEP,
        'page-blocks': PAGE_BLOCKS_SPLITS,
        'page-blocks-models': PAGE_BLOCKS_MODELS,
      };
  return Object.entries(all)
    .filter(
      ([name]) =>
        (only === undefined || name === only) && (!name.startsWith('page-blocks') || HAS_PAGE_BLOCKS),
    )
    .map(([name, study]) => {
      const seeds = short ? FEWER_SEEDS : SEEDS;
      return {
        name,
        tables: tables ?? study.tables,
        judged: study.judged,
        /** Those that no judged sweep has. */
        further: new Set(seeds.slice(Math.max(...study.judged))),
        specsOf: (table) => specsOf(study, table, { seeds, split }),
      };
    });
}

/** The sweeps of a table: one for each number of seeds, and `truth`, which has the runs of the others and the further seeds. */
function specsOf({ parameters, data, model, train, spaces, judged }, table, { seeds: all, split }) {
  const own = data(table);
  // Older builds know no `reshuffle`, so it is only said where it was asked for.
  const rows =
    split === undefined ? own : { ...own, split: { ...own.split, reshuffle: split === 'per-seed' } };
  const shared = { data: rows, model, train, spaces, engine: 'native' };
  const spec = (name, seeds) => ({ name, parameters, seeds, ...shared });
  return [spec(TRUTH, all), ...judged.map((count) => spec(sweepOf(count), all.slice(0, count)))];
}

/** The sweep with the runs of every seed. */
export const TRUTH = 'truth';
export const sweepOf = (seeds) => `${seeds} seeds`;
