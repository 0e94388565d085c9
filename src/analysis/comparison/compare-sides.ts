import { allNotes } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import { KNOB_DEFAULTS } from '../../knobs/knobs.js';
import { wilsonInterval } from '../../metrics/estimates/intervals.js';
import type { AnyConfig } from '../../sweep.js';
import { sum } from '../../wording/numbers.js';
import { epochChoice } from '../epoch-choice.js';
import type { SideFacts } from '../facts/facts.js';
import { measuredRows } from '../facts/seed-rows.js';
import { knobLabel, trialLabel, UNUSED, valueLabel } from '../point-label.js';
import { classMeans } from '../ranking/class-recalls.js';
import type { Recall } from '../ranking/ranking.js';
import type { ClassSpread, Comparison, ComparisonSide } from './comparison.js';
import { comparisonDraws, estimateSides, rareNames, type SideEstimates } from './comparison-estimates.js';
import { comparisonNotes } from './comparison-notes.js';

const LETTERS = 'ABCDEFGHIJKL';

/** Compares sides with the first of them. */
export function compareSides(found: readonly SideFacts[]): Comparison {
  const draws = comparisonDraws(found);
  const estimates = estimateSides(found, draws);
  const sides = found.map((side, at) => comparisonSide({ side, at, reference: found[0] ?? side }, estimates));
  const configs = sides.map(({ config }) => config);
  const knobs = [...new Set(configs.flatMap((config) => Object.keys(config) as string[]))];
  const classNames = [...new Set(found.flatMap(({ dataset }) => dataset.classNames))];
  return {
    sides,
    differing: knobs.filter((knob) => differ(configs, knob)),
    classNames,
    farthestApart: farthestApart(sides, classNames),
    draws,
    notes: comparisonNotes(sides, draws),
  };
}

/** What only some of the models use counts where it is not at its default: the rest follows from the model. */
function differ(configs: readonly AnyConfig[], knob: string): boolean {
  const labels = new Set(configs.map((config) => knobLabel(config, knob)));
  if (labels.size < 2) return false;
  const plain = valueLabel((KNOB_DEFAULTS as { readonly [name: string]: unknown })[knob]);
  return !labels.has(UNUSED) || [...labels].some((label) => label !== UNUSED && label !== plain);
}

/** Throws UserError for fewer than two sides, or more than there are letters for. */
export function checkCount(count: number): void {
  if (count < 2) {
    throw new UserError('compare needs at least two things', {
      fix: 'Name sweeps, configurations or runs; the first is the reference.',
    });
  }
  if (count > LETTERS.length) {
    throw new UserError(`compare takes at most ${LETTERS.length} things, not ${count}`, {
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
  const { given, kind, trial, runs, source, engine, dataset, metric, costs } = side;
  const { warning } = epochChoice(engine, [trial.config]);
  const own = estimates[at] as SideEstimates;
  return {
    letter: LETTERS[at] ?? '',
    given,
    kind,
    trialId: trial.trialId,
    space: trial.space ?? null,
    label: sideLabel(side),
    config: trial.config,
    metric,
    costs,
    rareClasses: rareNames(dataset),
    seeds: runs.map(({ seed }) => seed),
    source,
    validationRows: sum(dataset.support.validation),
    isPaired: dataset.fingerprint === reference.dataset.fingerprint,
    estimates: own.estimates,
    differences: at === 0 ? null : own.differences,
    remarks: [...(warning === null ? [] : [warning]), ...allNotes(dataset.card)],
    recalls: sideRecalls(side),
  };
}

function sideLabel({ kind, trial, runs }: SideFacts): string {
  const label = trialLabel(trial);
  return kind === 'run' ? `${label} seed ${runs[0]?.seed}` : label;
}

function sideRecalls({ dataset, runs, classScores, predictions }: SideFacts): ReadonlyMap<string, Recall> {
  const means = classMeans(classScores, runs);
  const rows = measuredRows(dataset, runs, predictions);
  return new Map(
    dataset.classNames.flatMap((name, index) => {
      const mean = means[index] ?? null;
      if (mean === null) return [];
      return [[name, { mean, interval: wilsonInterval(mean, rows[index] ?? 0) }]];
    }),
  );
}

const MOST_SPREADS = 3;

function farthestApart(
  sides: readonly ComparisonSide[],
  classNames: readonly string[],
): readonly ClassSpread[] {
  const spreads = classNames.flatMap((name) => {
    const means = sides.flatMap(({ recalls }) => recalls.get(name)?.mean ?? []);
    const [low, high] = [Math.min(...means), Math.max(...means)];
    return high > low ? [{ name, low, high }] : [];
  });
  return spreads.toSorted((a, b) => b.high - b.low - (a.high - a.low)).slice(0, MOST_SPREADS);
}
