// The kinds of configurations that docs/tuning-focal-loss.md compares, each tuned on validation rows before test rows are shown.

import { summarise } from '../../dist/metrics/estimates/seed-statistics.js';
import { adjustLogits } from '../../dist/metrics/post-hoc-adjustment.js';
import { best, change, paired, valuesOf } from './results.mjs';
import { GAMMAS } from './sweeps.mjs';

/** The common default learning rate, not tuned. */
export const UNTUNED = 0.001;
const PLAIN = { alpha: 1, sampler: 'shuffle', mixup: 0, optimizer: 'adam' };
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isAbove0 = (gamma) => gamma > 0;
const isScheme = (alpha) => typeof alpha !== 'number';

/** Configurations with the given knobs (a value, or a function that tells whether it fits), and defaults otherwise. */
export function pick(study, wanted, data = '') {
  const conditions = Object.entries({ ...PLAIN, epochs: study.epochs, ...wanted });
  const fits = (config) =>
    conditions.every(([knob, want]) =>
      typeof want === 'function' ? want(config[knob]) : same(config[knob], want),
    );
  return study.configurations.filter((candidate) => candidate.data === data && fits(candidate.config));
}

/** Cross-entropy with the learning rate of the highest validation macro-F1. */
export const baselineOf = (study, data) => best(pick(study, { gamma: 0 }, data));

const METHODS = [
  ['cross-entropy', { gamma: 0 }],
  ['focal loss', { gamma: isAbove0 }],
  ['focal loss, γ = 2', { gamma: 2 }],
  ['scalar α = 2', { alpha: 2, gamma: 0 }],
  ['focal loss, γ = 2, scalar α = 2', { alpha: 2, gamma: 2 }],
  ['α balanced', { alpha: 'balanced', gamma: 0 }],
  ['α {effective_number: 0.999}', { alpha: { effective_number: 0.999 }, gamma: 0 }],
  ['α {effective_number: 0.99}', { alpha: { effective_number: 0.99 }, gamma: 0 }],
  ['focal loss with class weights', { alpha: isScheme, gamma: isAbove0 }],
  ['weighted sampler', { sampler: 'weighted', gamma: 0 }],
  ['balanced sampler', { sampler: 'balanced', gamma: 0 }],
  ['weighted sampler, γ = 2', { sampler: 'weighted', gamma: 2 }],
  ['mixup', { mixup: (a) => a > 0, gamma: 0 }],
  ['mixup, γ = 2', { mixup: (a) => a > 0, gamma: 2 }],
];

/** Every method at its best, against the baseline; methods that a study does not have are left out. */
export function methodsOf(study) {
  const baseline = baselineOf(study);
  const tuned = METHODS.flatMap(([method, wanted]) => {
    const candidates = pick(study, wanted);
    return candidates.length === 0 ? [] : [{ method, chosen: best(candidates) }];
  });
  const all = study.configurations.filter(
    ({ config, data }) => data === '' && config.epochs === study.epochs && config.optimizer === 'adam',
  );
  return [...tuned, { method: 'highest rare recall of all', chosen: best(all, 'rare_recall') }].map(
    (arm) => ({
      ...arm,
      isBaseline: arm.chosen === baseline,
      changeOf: (metric, split) => change(arm.chosen, baseline, metric, split),
      of: (metric, split = 'test') => summarise(valuesOf(arm.chosen, split, metric)),
    }),
  );
}

/** Each γ against γ = 0, both with their best learning rate, or both with a given one. */
export function gammasOf(study, { data = '', learningRate } = {}) {
  const chosen = (gamma) =>
    best(
      pick(study, { gamma, ...(learningRate === undefined ? {} : { learning_rate: learningRate }) }, data),
    );
  const baseline = chosen(0);
  return GAMMAS.map((gamma) => {
    const own = chosen(gamma);
    return {
      gamma,
      chosen: own,
      changeOf: (metric, split) => change(own, baseline, metric, split),
      of: (metric, split = 'test') => summarise(valuesOf(own, split, metric)),
    };
  });
}

/** A scalar α = 2 against α = 1 at the same γ and learning rate; under SGD also at twice the learning rate. */
export function scalarAlphas(study) {
  const twoOf = (optimizer) => pick(study, { alpha: 2, optimizer });
  const one = ({ gamma, learning_rate, optimizer }, factor = 1) =>
    pick(study, { gamma, optimizer, learning_rate: factor * learning_rate })[0];
  return ['adam', 'sgd'].flatMap((optimizer) =>
    twoOf(optimizer).map((two) => ({
      config: two.config,
      same: change.bind(null, two, one(two.config)),
      doubled: optimizer === 'sgd' && one(two.config, 2) ? change.bind(null, two, one(two.config, 2)) : null,
    })),
  );
}

/** Logit adjustment after training against methods that train for it, all on validation rows. */
export function postHocOf(study) {
  const baseline = baselineOf(study);
  const focal = best(pick(study, { gamma: 2 }));
  const adjusted = (name, configuration, metric) => {
    const runs = configuration.results.map(({ logits }, replicate) => {
      const { validationLabels: labels, support, rareClasses } = study.datasets[replicate];
      return adjustLogits({ logits, labels, trainSupport: support.train, rareClasses }, metric);
    });
    return {
      name,
      tau: summarise(runs.map(({ tau }) => tau)).mean,
      macro_f1: runs.map((run) => run.macro_f1.after),
      rare_recall: runs.map((run) => run.rare_recall.after),
    };
  };
  const trained = (name, configuration) => ({
    name,
    tau: null,
    macro_f1: valuesOf(configuration, 'validation', 'macro_f1'),
    rare_recall: valuesOf(configuration, 'validation', 'rare_recall'),
  });
  const rows = [
    trained('cross-entropy', baseline),
    adjusted('cross-entropy, τ for macro-F1', baseline, 'macro_f1'),
    adjusted('cross-entropy, τ for balanced accuracy', baseline, 'balanced_accuracy'),
    adjusted('γ = 2, τ for macro-F1', focal, 'macro_f1'),
    adjusted('γ = 2, τ for balanced accuracy', focal, 'balanced_accuracy'),
    ...methodsOf(study)
      .filter(({ method }) =>
        /^focal loss$|^α balanced|^α .*0\.999|^(weighted|balanced) sampler$|^highest/.test(method),
      )
      .map(({ method, chosen }) => trained(method, chosen)),
  ];
  return rows.map((row) => ({
    ...row,
    of: (metric) => summarise(row[metric]),
    changeOf: (metric) => paired(row[metric], rows[0][metric]),
  }));
}
