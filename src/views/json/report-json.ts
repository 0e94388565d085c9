import type { AfterTraining, Choice } from '../../analysis/choices/choice.js';
import type { Configuration, Confirmation } from '../../analysis/ranking/configuration.js';
import type { SweepReport } from '../../analysis/report.js';
import type { SpaceStanding } from '../../analysis/spaces/space-standings.js';
import { allNotes } from '../../data/dataset.js';
import { ensembleJson } from './ensemble-json.js';
import { snakeKeys } from './snake-keys.js';

/** Grows when a field changes its meaning or is removed, not when one is added. docs/report-json.md describes the format. */
const FORMAT = 2;

/** The report for scripts: plain data, snake_case keys; NaN is null. */
export function reportJson(report: SweepReport) {
  const { sweep, best, baseline, challenger, classes, confirmations, shown, ...rest } = report;
  const { name, description, metric, engine, environment, trials, runs, complete, failed, pruned, dataset } =
    sweep;
  const { fingerprint, rowCount, classNames, support, rareClasses } = dataset;
  return {
    format: FORMAT,
    sweep: { name, description, metric, engine, environment, trials, runs, complete, failed, pruned },
    dataset: {
      source: sweep.source,
      fingerprint,
      rows: rowCount,
      features: report.data.featureCount,
      classes: classNames,
      support,
      rare_classes: rareClasses.map((index) => classNames[index]),
      notes: allNotes(dataset.card),
    },
    epoch_choice: rest.epochChoice,
    headline: snakeKeys(rest.headline),
    best: best?.trialId ?? null,
    baseline: baseline?.trialId ?? null,
    best_other: challenger?.trialId ?? null,
    choices: rest.choices.map(choiceJson),
    contrasts: snakeKeys(rest.contrasts),
    shown: shown.map(({ configuration, role }) => ({ trial_id: configuration.trialId, role })),
    configurations: rest.configurations.map(configurationJson),
    classes: snakeKeys(classes),
    test: confirmations.map(testJson),
    race: snakeKeys(rest.race),
    spaces: rest.spaces.map((standing) => spaceJson(standing, rest.grids)),
    importance: rest.spaces.length > 0 ? null : snakeKeys(rest.grids[0]?.importance ?? null),
    column_importance: columnsJson(report),
    curves: rest.curves.map(
      ({ metric: _, whole: __, best: ___, lastTrainLoss: ____, word: _____, ...curve }) => snakeKeys(curve),
    ),
    recalls: rest.recalls.map(({ trialId, means }) => ({ trial_id: trialId, means })),
    confusions: rest.confusions.map(({ shares: _, change: __, ...view }) => snakeKeys(view)),
    probabilities: snakeKeys(rest.scores),
    decisions: snakeKeys(rest.decisions),
    thresholds: snakeKeys(rest.thresholds),
    post_hoc: snakeKeys(rest.postHoc),
    advice: snakeKeys(rest.advice),
    equivalent: rest.equivalent,
    draws: rest.draws,
  };
}

/** What a space reaches, and how much each of its axes matters. */
function spaceJson(
  { best, baseline, gain, fromBest, ...standing }: SpaceStanding,
  grids: SweepReport['grids'],
) {
  const importance = grids.find(({ space }) => space === standing.space)?.importance ?? null;
  return {
    ...standing,
    best: best.trialId,
    baseline: baseline?.trialId ?? null,
    gain: snakeKeys(gain),
    from_best: snakeKeys(fromBest),
    importance: snakeKeys(importance),
  };
}

/** What columns mean to each shown configuration, most important first. */
export function columnsJson({ columnImportance }: SweepReport) {
  return columnImportance.views.map(({ isMeasured: _, ...view }) => snakeKeys(view));
}

/** A choice with the estimates and differences of its metrics. */
function choiceJson({ aim, configuration, differences, test, testDifferences, sentence, ...more }: Choice) {
  const { name, metric, constraints } = aim;
  return {
    aim: name,
    metric,
    constraints,
    configuration: configuration?.trialId ?? null,
    space: configuration?.space ?? null,
    label: configuration?.label ?? null,
    validation: configuration === null ? null : validationJson(configuration),
    test: test === null ? null : testJson(test),
    against_baseline:
      differences === null ? null : { validation: snakeKeys(differences), test: snakeKeys(testDifferences) },
    luckier: more.luckier?.configuration.trialId ?? null,
    sentence,
    after_training: more.afterTraining && afterTrainingJson(more.afterTraining),
  };
}

function afterTrainingJson({
  configuration,
  differences,
  before,
  test,
  testDifferences,
  ...own
}: AfterTraining) {
  const { trialId, label } = configuration;
  return {
    ...{ configuration: trialId, label, ...own },
    before: snakeKeys(Object.fromEntries(before)),
    test: snakeKeys(Object.fromEntries(test)),
    against_baseline: { validation: snakeKeys(differences), test: snakeKeys(testDifferences) },
  };
}

function validationJson({ ranked, estimates }: Configuration) {
  return snakeKeys({ ranked, ...estimates });
}

function testJson({ trialId, label, isCrossEntropy, ranked, of, optimism, ensemble }: Confirmation) {
  return {
    trial_id: trialId,
    label,
    is_cross_entropy: isCrossEntropy,
    ...(snakeKeys({ ranked, ...Object.fromEntries(of) }) as object),
    optimism_gap: snakeKeys(optimism),
    ensemble: ensemble && ensembleJson(ensemble),
  };
}

function configurationJson({ isCrossEntropy, runs, ...row }: Configuration) {
  return {
    ...(snakeKeys(row) as object),
    is_baseline: isCrossEntropy,
    runs: runs.map(({ runId, seed, chosenEpoch, epochsTrained, validation }) => ({
      run_id: runId,
      seed,
      chosen_epoch: chosenEpoch,
      epochs_trained: epochsTrained,
      validation,
    })),
  };
}
