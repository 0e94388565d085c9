import type { AnyConfig, ClassMetrics, ClassRanking, ParameterPoint } from '../../sweep.js';
import { sum } from '../../wording/numbers.js';
import { type EpochChoice, epochChoice } from '../epoch-choice.js';
import type { TrialFacts, TrialRunFacts } from '../facts/facts.js';
import { trialLabel } from '../point-label.js';
import type { Ensemble } from '../ranking/configuration.js';
import type { ClassRow } from './run-report.js';

/** A configuration with its runs in all sweeps, in any state. */
export interface TrialReport {
  readonly kind: 'trial';
  /** Its name in tables, or the id by which it was found. */
  readonly name: string;
  readonly trialId: string;
  readonly label: string;
  /** Null where its latest sweep has no list of spaces. */
  readonly space: string | null;
  /** Null before a run has finished. */
  readonly epochChoice: EpochChoice | null;
  readonly sweeps: readonly string[];
  readonly config: AnyConfig;
  readonly point: ParameterPoint;
  readonly runs: readonly TrialRunFacts[];
  readonly finished: number;
  /** Means over the finished runs; empty before one has finished. */
  readonly classes: readonly ClassRow[];
  /** On the test rows; null where the report of its first sweep does not show it on them. */
  readonly ensemble: Ensemble | null;
}

/** Makes the report of a configuration from its facts, and from what its seeds reach together. */
export function trialReport(facts: TrialFacts, ensemble: Ensemble | null): TrialReport {
  const { name, trial, sweeps, runs, engine } = facts;
  const { trialId, point, config } = trial;
  return {
    kind: 'trial',
    name,
    trialId,
    label: trialLabel(trial),
    space: trial.space ?? null,
    epochChoice: engine === null ? null : epochChoice(engine, [config]),
    sweeps,
    config,
    point,
    runs,
    finished: runs.filter(({ state }) => state === 'complete').length,
    classes: classRows(facts),
    ensemble,
  };
}

/** Absent where a run has none. */
function meanRanking(rankings: readonly ClassMetrics['ranking'][]): Pick<ClassMetrics, 'ranking'> {
  const known = rankings.flatMap((ranking) => ranking ?? []);
  if (known.length === 0 || known.length < rankings.length) return {};
  const mean = (name: keyof ClassRanking): number => sum(known.map((own) => own[name])) / known.length;
  return {
    ranking: {
      averagePrecision: mean('averagePrecision'),
      rocAuc: mean('rocAuc'),
      recallAtPrecision: mean('recallAtPrecision'),
      recallAtFpr: mean('recallAtFpr'),
      precisionAtK: mean('precisionAtK'),
    },
  };
}

function classRows({ dataset, classScores }: TrialFacts): readonly ClassRow[] {
  const perRun = [...classScores.values()];
  const mean = (index: number, metric: 'precision' | 'recall' | 'f1'): number =>
    sum(perRun.map((classes) => classes[index]?.[metric] ?? Number.NaN)) / perRun.length;
  return (perRun[0] ?? []).map(({ support }, index) => ({
    name: dataset?.classNames[index] ?? String(index),
    rare: dataset?.rareClasses.includes(index) === true,
    support,
    precision: mean(index, 'precision'),
    recall: mean(index, 'recall'),
    f1: mean(index, 'f1'),
    ...meanRanking(perRun.map((classes) => classes[index]?.ranking)),
  }));
}
