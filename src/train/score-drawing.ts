import type { Dataset } from '../data/dataset.js';
import type { SeedSplits } from '../data/seed-splits.js';
import { readGroups } from '../data/split/recorded-groups.js';
import type { Metric, ScoredMetric } from '../metric.js';
import { RESAMPLE_SEED } from '../metrics/noise/bootstrap.js';
import type { MeasuredRows } from '../metrics/noise/scores/row-weights.js';
import { scoreBootstrap, scoreDrawCount } from '../metrics/noise/scores/score-bootstrap.js';
import type { ScoreDraws } from '../sweep.js';

/** The rows of a split as they are drawn: those of a seed's own split are some of a pool. */
type DrawnSplit = Pick<MeasuredRows, 'groups' | 'rows'> & {
  /** Classes of the pool; by default those of the split. */
  readonly labels?: Uint16Array | undefined;
};

/** What is drawn when a run is measured. */
export interface ScoreDrawing {
  readonly metrics: readonly ScoredMetric[];
  readonly draws: number;
  readonly validation: DrawnSplit;
  readonly test: DrawnSplit;
}

/** Draws rows of a sweep's data for metrics of probabilities, by seed; undefined where there is nothing to draw. */
export function scoreDrawing(
  metrics: readonly ScoredMetric[],
  { split, classNames, card }: Pick<Dataset, 'split' | 'classNames' | 'card'>,
  splits?: SeedSplits,
): ((seed: number) => ScoreDrawing) | undefined {
  if (metrics.length === 0 || classNames.length === 0) return undefined;
  const { validation, test } = split;
  const draws = scoreDrawCount(Math.max(validation.length, test.length), classNames.length);
  const pool = splits?.poolLabels.length ?? validation.length;
  const groups = card.groups && {
    validation: readGroups(card.groups.validation, pool),
    test: readGroups(card.groups.test, test.length),
  };
  return (seed) => ({
    ...{ metrics, draws },
    validation: {
      groups: groups?.validation,
      labels: splits?.poolLabels,
      rows: splits?.validationRows(seed),
    },
    test: { groups: groups?.test },
  });
}

interface DrawnData {
  readonly drawing: ScoreDrawing;
  readonly split: 'validation' | 'test';
  readonly dataset: Pick<Dataset, 'labels' | 'split' | 'classNames'> & {
    readonly metric?: Metric | undefined;
  };
}

/** The metrics in each draw of the rows of a split. `columns`: the probabilities of the rows, class after class. */
export function drawScores(columns: Float64Array, { drawing, split, dataset }: DrawnData): ScoreDraws {
  const { metrics, draws } = drawing;
  const { labels: pool, ...drawn } = drawing[split];
  const labels = pool ?? Uint16Array.from(dataset.split[split], (row) => dataset.labels[row] as number);
  const rows = { ...drawn, labels, classCount: dataset.classNames.length, metric: dataset.metric };
  const [own] = scoreBootstrap(rows, [columns], metrics, { draws, seed: RESAMPLE_SEED });
  return own ?? new Map();
}
