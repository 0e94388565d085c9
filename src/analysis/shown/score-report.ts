import type { ModelScoring } from '../../model/model.js';
import type { SplitResult } from '../../sweep.js';
import type { ClassRow } from './run-report.js';

/** How well a model predicts labelled rows. */
export interface ScoreReport {
  readonly rows: number;
  readonly metrics: SplitResult['metrics'];
  readonly classes: readonly ClassRow[];
  /** Classes × classes, true class by row. */
  readonly confusion: readonly (readonly number[])[];
  readonly notes: readonly string[];
}

/** What is known of scored rows beside their result. */
export interface ScoreContext extends Pick<ModelScoring, 'rareClasses'> {
  readonly classNames: readonly string[];
  readonly notes: readonly string[];
}

/** Makes the report of scored rows. */
export function scoreReport(
  { metrics, classes, confusion, predictions }: SplitResult,
  { classNames, rareClasses, notes }: ScoreContext,
): ScoreReport {
  const width = classNames.length;
  return {
    rows: predictions.length,
    metrics,
    classes: classes.map((own, cls) => ({
      name: classNames[cls] ?? String(cls),
      rare: rareClasses.includes(cls),
      ...own,
    })),
    confusion: classNames.map((_, row) => [...confusion.subarray(row * width, (row + 1) * width)]),
    notes,
  };
}
