import type { SplitResult } from '../../sweep.js';
import type { Advice } from '../advice/advice.js';
import type { RunFacts } from '../facts/facts.js';
import { type ClassRow, namedClasses, type RunReport, runReport } from './run-report.js';

/** A run that was trained alone: on the validation rows, on the test rows, and what to try next. */
export interface TrainedReport {
  readonly run: RunReport;
  /** Null where the run has no result. */
  readonly test: TestOutcome | null;
  readonly advice: readonly Advice[];
}

/** How a model predicts the test rows. */
export interface TestOutcome extends Pick<SplitResult, 'loss' | 'metrics'> {
  readonly classes: readonly ClassRow[];
}

/** Makes the report of a run that was trained alone. */
export function trainedReport(facts: RunFacts, advice: readonly Advice[]): TrainedReport {
  const { detail, dataset } = facts;
  const test = detail.result?.test;
  return {
    run: runReport(facts),
    test:
      test === undefined || dataset === null
        ? null
        : { loss: test.loss, metrics: test.metrics, classes: namedClasses(test, dataset) },
    advice,
  };
}
