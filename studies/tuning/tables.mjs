// The generated tables of docs/tuning-focal-loss.md.

import { markdownTable } from '../../bench/markdown-table.mjs';
import { summarise } from '../../dist/metrics/estimates/seed-statistics.js';
import { gammasOf, methodsOf, pick, postHocOf, scalarAlphas, UNTUNED } from './arms.mjs';
import { figure, signed } from './figures.mjs';
import { best, change, valuesOf } from './results.mjs';
import { IMBALANCES } from './sweeps.mjs';

const scheme = (alpha) => (typeof alpha === 'object' ? JSON.stringify(alpha).replaceAll('"', '') : alpha);

function label({ config }) {
  const { alpha, gamma, learning_rate, sampler, mixup } = config;
  const extra = [sampler === 'shuffle' ? '' : `, ${sampler}`, mixup === 0 ? '' : `, mixup ${mixup}`];
  return `α ${scheme(alpha)}, γ ${gamma}, lr ${learning_rate}${extra.join('')}`;
}

export function runTable(studies) {
  const engines = new Set(Object.values(studies).map(({ engine }) => engine));
  const table = markdownTable(
    [
      'table',
      'configurations',
      'replicates',
      'runs',
      'epochs',
      'training rows',
      'validation',
      'test',
      'rare classes, with their training and test rows',
      'minutes of training',
    ],
    Object.entries(studies).map(([name, study]) => {
      const { support, rareClasses, classNames } = study.datasets[0];
      const rows = (split) => support[split].reduce((sum, count) => sum + count, 0);
      const rare = rareClasses.map((at) => `${classNames[at]} (${support.train[at]}, ${support.test[at]})`);
      return [
        name,
        study.configurations.length,
        study.replicates,
        study.runCount,
        study.epochs,
        rows('train'),
        rows('validation'),
        rows('test'),
        name === 'imbalance' ? 'the same five, 100 test rows each' : rare.join(', '),
        (study.trainedMs / 60_000).toFixed(1),
      ];
    }),
  );
  return `${table}\n\nTrained by ${[...engines].join(', ')} with one worker on one core that other work shared: the minutes are no benchmark.`;
}

export function methodTable(study) {
  const changes = ['macro_f1', 'rare_recall', 'accuracy'];
  return markdownTable(
    [
      'method',
      'chosen on validation',
      'macro-F1',
      'rare recall',
      'accuracy',
      'Δ macro-F1',
      'Δ rare recall',
      'Δ accuracy',
    ],
    methodsOf(study).map(({ method, chosen, isBaseline, of, changeOf }) => [
      method,
      label(chosen),
      ...changes.map((metric) => figure(of(metric))),
      ...changes.map((metric) => (isBaseline ? '–' : signed(changeOf(metric)))),
    ]),
  );
}

export function gammaTable(study) {
  const changes = ['macro_f1', 'rare_recall', 'accuracy', 'log_loss'];
  const row =
    (kind) =>
    ({ gamma, chosen, changeOf }) => [
      gamma,
      kind ?? chosen.config.learning_rate,
      ...changes.map((metric) => signed(changeOf(metric))),
    ];
  const others = (rows) => rows.filter(({ gamma }) => gamma > 0);
  return markdownTable(
    ['γ', 'learning rate', 'Δ macro-F1', 'Δ rare recall', 'Δ accuracy', 'Δ log-loss'],
    [
      ...others(gammasOf(study)).map(row()),
      ...others(gammasOf(study, { learningRate: UNTUNED })).map(row(`${UNTUNED} for both`)),
    ],
  );
}

export function imbalanceTable(study) {
  return markdownTable(
    [
      'largest : smallest',
      'macro-F1 at γ = 0',
      'rare recall at γ = 0',
      'best γ on validation',
      'its Δ macro-F1',
      'its Δ rare recall',
      'γ = 5: Δ macro-F1',
      'γ = 5: Δ rare recall',
      'α balanced: Δ macro-F1',
      'α balanced: Δ rare recall',
    ],
    IMBALANCES.map((ratio) => {
      const gammas = gammasOf(study, { data: String(ratio) });
      const top = best(pick(study, { gamma: () => true }, String(ratio)));
      const chosen = gammas.find(({ gamma }) => gamma === top.config.gamma);
      const weights = best(pick(study, { alpha: 'balanced', gamma: 0 }, String(ratio)));
      const both = (changeOf) => ['macro_f1', 'rare_recall'].map((metric) => signed(changeOf(metric)));
      return [
        `${ratio} : 1`,
        ...['macro_f1', 'rare_recall'].map((metric) => figure(gammas[0].of(metric))),
        top.config.gamma,
        ...(top.config.gamma === 0 ? ['–', '–'] : both(chosen.changeOf)),
        ...both(gammas.at(-1).changeOf),
        ...both((metric) => change(weights, gammas[0].chosen, metric)),
      ];
    }),
  );
}

export function scalarTable(study) {
  return markdownTable(
    [
      'optimiser, γ, learning rate η',
      'Δ macro-F1 at η',
      'Δ rare recall at η',
      'Δ macro-F1 to α = 1 at 2η',
      'Δ rare recall to α = 1 at 2η',
    ],
    scalarAlphas(study).map(({ config, same, doubled }) => [
      `${config.optimizer}, ${config.gamma}, ${config.learning_rate}`,
      ...['macro_f1', 'rare_recall'].map((metric) => signed(same(metric))),
      ...['macro_f1', 'rare_recall'].map((metric) => (doubled === null ? '' : signed(doubled(metric)))),
    ]),
  );
}

/** The arms of the promise "rare recall 10–30 % → 40–60 %". */
export function bandArms(study) {
  const untuned = (gamma) => pick(study, { gamma, learning_rate: UNTUNED })[0];
  const methods = Object.fromEntries(methodsOf(study).map(({ method, chosen }) => [method, chosen]));
  return [
    [`γ = 0, lr ${UNTUNED}`, untuned(0)],
    [`γ = 2, lr ${UNTUNED}`, untuned(2)],
    ['γ = 0, lr tuned', methods['cross-entropy']],
    ['γ = 2, lr tuned', methods['focal loss, γ = 2']],
    ['α balanced, γ = 0', methods['α balanced']],
    ['highest of all', methods['highest rare recall of all']],
  ].map(([name, chosen]) => ({ name, chosen, values: valuesOf(chosen, 'test', 'rare_recall') }));
}

export function bandTable(studies) {
  const inside = (values, low, high) => values.filter((value) => value >= low && value <= high).length;
  return markdownTable(
    ['table', 'configuration', 'rare recall, test', 'replicates in 0.10–0.30', 'in 0.40–0.60'],
    studies.flatMap(([name, study]) =>
      bandArms(study).map(({ name: arm, chosen, values }) => [
        name,
        `${arm} (${label(chosen)})`,
        figure(summarise(values)),
        `${inside(values, 0.1, 0.3)} of ${values.length}`,
        `${inside(values, 0.4, 0.6)} of ${values.length}`,
      ]),
    ),
  );
}

export function postHocTable(study) {
  return markdownTable(
    ['on validation rows', 'mean τ', 'macro-F1', 'rare recall', 'Δ macro-F1', 'Δ rare recall'],
    postHocOf(study).map(({ name, tau, of, changeOf }, index) => [
      name,
      tau === null ? '' : tau.toFixed(2),
      figure(of('macro_f1')),
      figure(of('rare_recall')),
      ...(index === 0 ? ['–', '–'] : ['macro_f1', 'rare_recall'].map((metric) => signed(changeOf(metric)))),
    ]),
  );
}
