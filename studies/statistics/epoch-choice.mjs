// How much the choice of the epoch flatters a run: node studies/statistics/epoch-choice.mjs <table> [tables] (build first: npx tsc -p .).
// <table> is malware21, few-rows or page-blocks. Every run trains 30 epochs; each rule then chooses among them, and what it records on
// validation rows is compared with fresh rows under the weights that the run keeps.

import { fileURLToPath } from 'node:url';
import { markdownTable } from '../../bench/markdown-table.mjs';
import { classSupport } from '../../dist/data/dataset.js';
import { loadDataset } from '../../dist/data/load-dataset.js';
import { resolveLoss } from '../../dist/loss/resolve-loss.js';
import { metricValues } from '../../dist/metrics/classification-metrics.js';
import { randomStream, shuffle } from '../../dist/random.js';
import { epochBatches } from '../../dist/train/network/draws/epoch-batches.js';
import { initialWeights } from '../../dist/train/network/draws/initial-weights.js';
import { loadEngine } from '../../dist/train/network/select-engine.js';

const [EPOCHS, PATIENCE, SEEDS] = [30, 7, [1, 2, 3, 4, 5]];
/** Epochs that nobody chose: validation less fresh rows there is luck with rows, which every rule has too. */
const UNCHOSEN = [5, 9, 13];
const MEASURES = ['macro_f1', 'rare_recall'];

const malware21 = (train, validation, fresh) => (seed) => {
  const rows = train + validation + fresh;
  const split = { validation: validation / rows, test: fresh / rows, seed };
  return { source: 'builtin:malware21', rows, seed, label: 'family', split };
};
const TABLES = {
  malware21: { of: malware21(4800, 1600, 25_000), hidden: [128, 64], batch: 128, rates: [0.001, 0.003] },
  'few-rows': { of: malware21(1200, 400, 25_000), hidden: [128, 64], batch: 128, rates: [0.001, 0.003] },
  'page-blocks': {
    of: (seed) => ({
      source: fileURLToPath(new URL('../../../shared/data/page-blocks/page.blocks.csv', import.meta.url)),
      label: 'class',
      split: { validation: 0.2, test: 0.5, seed },
      rare_classes: { quantile: 0.4 },
    }),
    hidden: [32],
    batch: 64,
    rates: [0.01, 0.003],
  },
};

/** How many folds, drawn by the seed or the same for all, and whether each fold's choice has a patience of its own. */
const RULES = {
  'on the rows that score it': null,
  'on the other half': { folds: 2 },
  'on the other half, which stops for itself': { folds: 2, ownStop: true },
  'on the other four fifths': { folds: 5 },
  'on the other nine tenths': { folds: 10 },
  'on the other nine tenths, the same for every seed': { folds: 10, same: true },
  'on the other nine tenths, which stop for themselves': { folds: 10, ownStop: true },
};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rootMeanSquare = (values) => Math.sqrt(mean(values.map((value) => value * value)));
const standardError = (values) =>
  rootMeanSquare(values.map((value) => value - mean(values))) / Math.sqrt(values.length - 1);

/** The best of the first epochs, from 0, and how many were trained until patience ended. */
function choose(scores, limit, patience = Number.POSITIVE_INFINITY) {
  let best = 0;
  let epoch = 1;
  for (; epoch < limit && epoch - best < patience + 1; epoch++)
    if (scores[epoch] > scores[best]) best = epoch;
  return { best, trained: epoch };
}

/** What a rule records of a run, which epoch it keeps, and how long it trains. */
function apply(rule, { labels, predictions, score, seed, metric, classes }) {
  const onAll = labels.map(() => true);
  const all = predictions.map((of) => score(of, onAll)[metric]);
  const whole = choose(all, EPOCHS, PATIENCE);
  if (rule === null) {
    return { kept: whole.best, trained: whole.trained, scores: score(predictions[whole.best], onAll) };
  }
  const fold = foldOfRows(labels, classes, rule.folds, rule.same ? 0 : seed);
  const picks = Array.from({ length: rule.folds }, (_, own) => {
    const others = fold.map((other) => other !== own);
    const scores = predictions.map((of) => score(of, others)[metric]);
    return rule.ownStop ? choose(scores, EPOCHS, PATIENCE) : choose(scores, whole.trained);
  });
  const recorded = labels.map((_, row) => predictions[picks[fold[row]].best][row]);
  const trained = Math.max(whole.trained, ...picks.map((pick) => pick.trained));
  return { kept: whole.best, trained, scores: score(recorded, onAll) };
}

/** Rows of each class in turn, as the trainer deals them. */
function foldOfRows(labels, classes, folds, seed) {
  const fold = new Array(labels.length);
  let dealt = 0;
  for (let cls = 0; cls < classes; cls++) {
    const rows = labels.flatMap((label, row) => (label === cls ? [row] : []));
    for (const row of shuffle(rows, randomStream(seed, 'validationFolds', cls))) fold[row] = dealt++ % folds;
  }
  return fold;
}

async function evaluate(program, lane, rows) {
  const predictions = [];
  for (let from = 0; from < rows.length; from += 2048) {
    predictions.push(...(await program.evaluate(lane, rows.subarray(from, from + 2048))).predictions);
  }
  return predictions;
}

/** Trains some runs; gives each one's validation predictions by epoch, and a function that measures fresh rows at an epoch. */
async function train(engine, dataset, { hidden, batch }, runs) {
  const layers = [dataset.featureCount, ...hidden, dataset.classNames.length];
  const context = { classNames: dataset.classNames, trainSupport: classSupport(dataset, 'train') };
  const lanes = runs.map(({ alpha, gamma, rate, seed }) => ({
    ...resolveLoss({ alpha, gamma, logit_adjustment: 0 }, context),
    ...{ seed, learningRate: rate, momentum: 0.9, weightDecay: 0, dropout: 0 },
  }));
  const shape = { layers, activation: 'relu', optimizer: 'adam', batchSize: batch };
  const initial = runs.map(({ seed }) => initialWeights({ layers }, seed));
  const program = await engine.start(dataset, shape, lanes, initial);
  const epochs = runs.map(() => []);
  const rows = dataset.split.train;
  const of = { labels: dataset.labels, rows, classCount: layers.at(-1), sampler: 'shuffle', mixup: 0 };
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const batches = runs.map(({ seed }) => epochBatches({ ...of, seed, epoch }));
    await program.train(batches, 0, Math.ceil(rows.length / batch));
    for (const lane of runs.keys()) {
      const predictions = await evaluate(program, lane, dataset.split.validation);
      epochs[lane].push({ predictions, weights: await program.weights(lane) });
    }
  }
  return { program, epochs };
}

const [, , name = 'malware21', tables = '16'] = process.argv;
const setting = TABLES[name];
const engine = await loadEngine('native/addon');
const configs = setting.rates.flatMap((rate) =>
  [1, 'balanced'].flatMap((alpha) => [0, 2].map((gamma) => ({ alpha, gamma, rate }))),
);
const seen = [];
for (let table = 1; table <= Number(tables); table++) {
  const dataset = await loadDataset(setting.of(table), '.');
  const classes = dataset.classNames.length;
  const labelsOf = (split) => Array.from(dataset.split[split], (row) => dataset.labels[row]);
  const scoring = (labels) => (predictions, counts) => {
    const confusion = new Uint32Array(classes * classes);
    labels.forEach((label, row) => {
      if (counts[row]) confusion[label * classes + predictions[row]]++;
    });
    return metricValues({ confusion, rareClasses: dataset.rareClasses, logLoss: 0 });
  };
  const [labels, freshLabels] = [labelsOf('validation'), labelsOf('test')];
  const [score, freshScore] = [scoring(labels), scoring(freshLabels)];
  const everyRow = freshLabels.map(() => true);
  for (const config of configs) {
    const runs = SEEDS.map((seed) => ({ ...config, seed }));
    const { program, epochs } = await train(engine, dataset, setting, runs);
    for (const [lane, { seed }] of runs.entries()) {
      const predictions = epochs[lane].map((epoch) => epoch.predictions);
      const fresh = new Map();
      const freshAt = async (epoch) => {
        if (!fresh.has(epoch)) {
          await program.setWeights(lane, epochs[lane][epoch].weights);
          fresh.set(epoch, freshScore(await evaluate(program, lane, dataset.split.test), everyRow));
        }
        return fresh.get(epoch);
      };
      const luck = [];
      for (const epoch of UNCHOSEN) {
        const own = score(
          predictions[epoch],
          labels.map(() => true),
        );
        const there = await freshAt(epoch);
        luck.push(MEASURES.map((measure) => own[measure] - there[measure]));
      }
      for (const metric of MEASURES) {
        for (const [rule, folds] of Object.entries(RULES)) {
          const { kept, trained, scores } = apply(folds, {
            labels,
            predictions,
            score,
            seed,
            metric,
            classes,
          });
          const there = await freshAt(kept);
          const error = MEASURES.map((measure) => scores[measure] - there[measure]);
          const flattering = error.map((value, at) => value - mean(luck.map((of) => of[at])));
          seen.push({ table, config: JSON.stringify(config), metric, rule, trained, error, flattering });
        }
      }
    }
    program.dispose();
  }
  console.error(`table ${table} of ${tables}`);
}

const groupsOf = (items, key) =>
  [...new Set(items.map(key))].map((group) => items.filter((item) => key(item) === group));
const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
for (const metric of MEASURES) {
  const rows = Object.keys(RULES).map((rule) => {
    const own = seen.filter((one) => one.rule === rule && one.metric === metric);
    const tablesOf = groupsOf(own, ({ table }) => table);
    const configsOf = groupsOf(own, ({ table, config }) => `${table} ${config}`);
    const cells = MEASURES.flatMap((_, at) => {
      const byTable = tablesOf.map((runs) => mean(runs.map(({ flattering }) => flattering[at])));
      const errors = configsOf.map((runs) => mean(runs.map(({ error }) => error[at])));
      return [
        `${signed(mean(byTable))} ± ${standardError(byTable).toFixed(4)}`,
        rootMeanSquare(errors).toFixed(4),
      ];
    });
    return [rule, ...cells, mean(own.map(({ trained }) => trained)).toFixed(1)];
  });
  console.log(`\n${name}, ${tables} tables, epochs chosen by ${metric}\n`);
  const head = ['the epoch is chosen', ...MEASURES.flatMap((measure) => [measure, 'error']), 'epochs'];
  console.log(markdownTable(head, rows));
}
