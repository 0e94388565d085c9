import { allNotes } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import { wilsonInterval } from '../../metrics/estimates/intervals.js';
import type { TrialConfig } from '../../sweep.js';
import type { SideFacts } from '../facts/facts.js';
import { pointLabel, valueLabel } from '../point-label.js';
import { meanRecalls } from '../ranking/class-recalls.js';
import type { Difference, Estimate } from '../ranking/configuration.js';
import type { Recall } from '../ranking/ranking.js';
import {
  COMPARISON_DRAWS,
  estimateSides,
  type MetricMap,
  type SideEstimates,
} from './comparison-estimates.js';

/** One side of a comparison: a run, or the finished seeds of a configuration. */
export interface ComparisonSide {
  /** `A` is the reference. */
  readonly letter: string;
  readonly given: string;
  readonly kind: SideFacts['kind'];
  readonly trialId: string;
  readonly label: string;
  readonly config: TrialConfig;
  readonly seeds: readonly number[];
  readonly source: string;
  readonly validationRows: number;
  /** On the reference's rows, so that row and seed luck that both share cancels. */
  readonly isPaired: boolean;
  readonly estimates: MetricMap<Estimate>;
  /** This side less the reference; null for the reference. */
  readonly differences: MetricMap<Difference> | null;
  /** What is to be known of the side's table. */
  readonly dataNotes: readonly string[];
  /** Recall by class name on the side's validation rows. */
  readonly recalls: ReadonlyMap<string, Recall>;
}

export interface Comparison {
  /** The reference first. */
  readonly sides: readonly ComparisonSide[];
  /** Knobs in which any two sides differ. */
  readonly differing: readonly (keyof TrialConfig)[];
  /** Of all sides: the reference's in its order, then those that only others have. */
  readonly classNames: readonly string[];
  readonly draws: number;
}

const LETTERS = 'ABCDEFGHIJKL';

/** Compares sides with the first of them. */
export function compareSides(found: readonly SideFacts[]): Comparison {
  const estimates = estimateSides(found);
  const sides = found.map((side, at) => comparisonSide({ side, at, reference: found[0] ?? side }, estimates));
  const configs = sides.map(({ config }) => config);
  const knobs = [...new Set(configs.flatMap((config) => Object.keys(config) as (keyof TrialConfig)[]))];
  return {
    sides,
    differing: knobs.filter((knob) => new Set(configs.map((config) => valueLabel(config[knob]))).size > 1),
    classNames: [...new Set(found.flatMap(({ dataset }) => dataset.classNames))],
    draws: COMPARISON_DRAWS,
  };
}

/** Throws UserError for fewer sides than two, or more than a comparison has letters for. */
export function checkCount(count: number): void {
  if (count < 2) {
    throw new UserError('compare needs two things or more', {
      fix: 'Name sweeps, configurations or runs; the first is the reference.',
    });
  }
  if (count > LETTERS.length) {
    throw new UserError(`compare takes ${LETTERS.length} things at most, not ${count}`, {
      fix: 'Rank a whole sweep with `focalsweep report`.',
    });
  }
}

interface Placed {
  readonly side: SideFacts;
  readonly at: number;
  readonly reference: SideFacts;
}

function comparisonSide(
  { side, at, reference }: Placed,
  estimates: readonly SideEstimates[],
): ComparisonSide {
  const { given, kind, trial, runs, source, dataset } = side;
  const own = estimates[at] as SideEstimates;
  return {
    letter: LETTERS[at] ?? '',
    given,
    kind,
    trialId: trial.trialId,
    label: sideLabel(side),
    config: trial.config,
    seeds: runs.map(({ seed }) => seed),
    source,
    validationRows: dataset.validationLabels.length,
    isPaired: dataset.fingerprint === reference.dataset.fingerprint,
    estimates: own.estimates,
    differences: at === 0 ? null : own.differences,
    dataNotes: allNotes(dataset.card),
    recalls: sideRecalls(side),
  };
}

function sideLabel({ kind, trial, runs }: SideFacts): string {
  const label = pointLabel(trial.point);
  return kind === 'run' ? `${label} seed ${runs[0]?.seed}` : label;
}

function sideRecalls({ dataset, runs, classScores }: SideFacts): ReadonlyMap<string, Recall> {
  const means = meanRecalls(classScores, runs);
  return new Map(
    dataset.classNames.flatMap((name, index) => {
      const mean = means[index] ?? null;
      if (mean === null) return [];
      return [[name, { mean, interval: wilsonInterval(mean, dataset.support.validation[index] ?? 0) }]];
    }),
  );
}

/** What a reader must know to believe a comparison. */
export function comparisonNotes({ sides, draws }: Comparison): readonly string[] {
  const letters = (of: readonly ComparisonSide[]): string => of.map(({ letter }) => letter).join(', ');
  const unpaired = sides.filter(({ isPaired }) => !isPaired);
  const lone = sides.filter(({ seeds }) => seeds.length < 2);
  const chosen = sides.filter(({ kind }) => kind === 'sweep');
  return [
    `Validation rows. 95 %: from the sampling of rows (${draws.toLocaleString('en')} draws) and from seeds; log_loss from seeds alone.`,
    `Differences: ${unpaired.length === 0 ? 'the same rows on all sides' : 'the same rows where sides share them'}; every interval holds for ${sides.length > 2 ? 'all sides at once, for its metric' : 'its metric'}.`,
    ...(unpaired.length === 0
      ? []
      : [
          `${letters(unpaired)}: other rows than A’s (another table, split or preparation), so the difference is unpaired, and holds what the rows differ in.`,
        ]),
    ...(lone.length === 0
      ? []
      : [
          `${letters(lone)}: one seed, so nothing is known of the noise between seeds; intervals are of rows alone.`,
        ]),
    ...(chosen.length === 0
      ? []
      : [
          `${letters(chosen)}: a sweep stands for its best configuration, which was chosen on these rows and flatters it; focalsweep report --confirm has unseen rows.`,
        ]),
    ...[...new Set(sides.flatMap(({ dataNotes }) => dataNotes))].map((note) => {
      const noted = sides.filter(({ dataNotes }) => dataNotes.includes(note));
      return noted.length === sides.length ? `Note: ${note}` : `${letters(noted)}, note: ${note}`;
    }),
  ];
}
