import type { RunReport } from '../../analysis/shown/run-report.js';
import type { TrainedReport } from '../../analysis/shown/trained-report.js';
import type { TrialReport } from '../../analysis/shown/trial-report.js';
import { ensembleJson } from './ensemble-json.js';
import { snakeKeys } from './snake-keys.js';

/** A run for scripts; the confusion matrix has a row per true class. */
export function runJson({ kind: _, label: __, outcome, liveEpochs, ...run }: RunReport) {
  if (outcome === null) return snakeKeys({ ...run, epochs: liveEpochs });
  const { loss, metrics, classes, confusion, ...training } = outcome;
  const validation = { loss, metrics, classes: classes.map(({ rare: ___, ...row }) => row), confusion };
  return snakeKeys({ ...run, ...training, validation });
}

/** A run that was trained alone, for scripts. */
export function trainedJson({ run, test, advice }: TrainedReport) {
  return { run: runJson(run), test: snakeKeys(test), advice: snakeKeys(advice) };
}

/** A configuration for scripts. */
export function trialJson({
  trialId,
  space,
  sweeps,
  epochChoice,
  config,
  point,
  runs,
  ensemble,
}: TrialReport) {
  const together = ensemble && ensembleJson(ensemble);
  return snakeKeys({ trialId, space, sweeps, epochChoice, config, point, runs, ensemble: together });
}
