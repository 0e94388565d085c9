import type { SweepReport } from '../../analysis/report.js';
import { METRIC_NAMES } from '../../metric.js';
import type { Cell, CellTable } from '../table.js';

/** A report's configurations as rows, best first. */
export function configurationRows({ configurations, choices }: SweepReport): CellTable {
  const aimsOf = (trialId: string): string =>
    choices
      .filter(({ configuration }) => configuration?.trialId === trialId)
      .map(({ aim }) => aim.name)
      .join(', ');
  const metricColumns = METRIC_NAMES.flatMap((name) => [`${name}_mean`, `${name}_sd`]);
  return {
    columns: [
      'rank',
      'trial',
      'space',
      'configuration',
      'is_baseline',
      'seeds',
      'epochs_mean',
      ...metricColumns,
      'macro_f1_low',
      'macro_f1_high',
      'rare_recall_low',
      'rare_recall_high',
      'rank_low',
      'rank_high',
      'best_probability',
      'is_tied',
      'is_pareto_optimal',
      'undominated',
      'macro_f1_delta',
      'rare_recall_delta',
      'verdict',
      'chosen_for',
    ],
    rows: configurations.map((row): readonly Cell[] => [
      row.rank,
      row.trialId,
      row.space,
      row.label,
      row.isCrossEntropy ? 1 : 0,
      row.seeds.length,
      row.epochs,
      ...METRIC_NAMES.flatMap((name) => [row.metrics[name].mean, finite(row.metrics[name].sd)]),
      ...[row.estimates.macro_f1.interval, row.estimates.rare_recall.interval, row.rankInterval].flatMap(
        ({ low, high }) => [low, high],
      ),
      row.bestProbability,
      row.isTied ? 1 : 0,
      row.isParetoOptimal ? 1 : 0,
      row.undominated,
      row.versusBaseline?.macro_f1.mean ?? null,
      row.versusBaseline?.rare_recall.mean ?? null,
      row.versusBaseline?.ranked.verdict ?? null,
      aimsOf(row.trialId),
    ]),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
