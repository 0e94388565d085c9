import { adjustLogits, type BeforeAfter, type LogitAdjustment } from '../metrics/logit-adjustment.js';
import type { SweepDetail, SweepReader } from '../store/store.js';
import type { Configuration, PostHocResult } from './report.js';

/** What changing logits after training gives for each configuration whose logits are stored, mean over those seeds. */
export function postHocResults(
  reader: SweepReader,
  { dataset, metric }: SweepDetail,
  configurations: readonly Configuration[],
): readonly PostHocResult[] {
  const tunedBy = metric.name === 'log_loss' ? 'macro_f1' : metric.name;
  return configurations.flatMap(({ trialId, label, isCrossEntropy, runs }) => {
    const adjusted = runs.flatMap(({ runId }) => {
      const logits = reader.logits(runId);
      const predictions = reader.predictions([runId], 'validation').get(runId);
      if (logits === null || predictions === undefined) return [];
      const { validationLabels: labels, rareClasses, support } = dataset;
      return [
        adjustLogits({ logits, predictions, labels, rareClasses, trainSupport: support.train }, tunedBy),
      ];
    });
    return adjusted.length === 0 ? [] : [{ trialId, label, isCrossEntropy, ...meanOf(adjusted) }];
  });
}

function meanOf(
  runs: readonly LogitAdjustment[],
): Omit<PostHocResult, 'trialId' | 'label' | 'isCrossEntropy'> {
  const mean = (pick: (run: LogitAdjustment) => number): number =>
    runs.reduce((sum, run) => sum + pick(run), 0) / runs.length;
  const both = (name: 'macro_f1' | 'rare_recall' | 'log_loss'): BeforeAfter => ({
    before: mean((run) => run[name].before),
    after: mean((run) => run[name].after),
  });
  return {
    seeds: runs.length,
    tau: mean(({ tau }) => tau),
    temperature: mean(({ temperature }) => temperature),
    macro_f1: both('macro_f1'),
    rare_recall: both('rare_recall'),
    log_loss: both('log_loss'),
  };
}
