import type { Configuration } from '../../analysis/ranking/configuration.js';
import type { SweepReport } from '../../analysis/report.js';
import { allNotes } from '../../data/dataset.js';
import { snakeKeys } from './snake-keys.js';

/** Grows when a field changes its meaning or is removed, not when one is added. docs/report-json.md describes the format. */
const FORMAT = 1;

/** The report for scripts: plain data, snake_case keys; NaN is null. */
export function reportJson(report: SweepReport) {
  const { sweep, best, baseline, challenger, classes, confirmations, testDifference, ...rest } = report;
  const { name, description, metric, engine, environment, trials, runs, complete, failed, dataset } = sweep;
  const { fingerprint, rowCount, featureCount, classNames, support, rareClasses } = dataset;
  return {
    format: FORMAT,
    sweep: { name, description, metric, engine, environment, trials, runs, complete, failed },
    dataset: {
      source: sweep.source,
      fingerprint,
      rows: rowCount,
      features: featureCount,
      classes: classNames,
      support,
      rare_classes: rareClasses.map((index) => classNames[index]),
      notes: allNotes(dataset.card),
    },
    headline: snakeKeys(rest.headline),
    best: best?.trialId ?? null,
    baseline: baseline?.trialId ?? null,
    best_other: challenger?.trialId ?? null,
    configurations: rest.configurations.map(configurationJson),
    classes: classes.map(({ change: _, ...row }) => snakeKeys(row)),
    test: snakeKeys(confirmations),
    test_difference: snakeKeys(testDifference),
    importance: snakeKeys(rest.importance),
    curves: rest.curves.map(({ highestMacroF1: _, lastTrainLoss: __, ...curve }) => snakeKeys(curve)),
    confusions: rest.confusions.map(({ shares: _, ...view }) => snakeKeys(view)),
    probabilities: snakeKeys(rest.scores),
    decisions: snakeKeys(rest.decisions),
    thresholds: snakeKeys(rest.thresholds),
    post_hoc: snakeKeys(rest.postHoc),
    advice: snakeKeys(rest.advice),
    draws: rest.draws,
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
