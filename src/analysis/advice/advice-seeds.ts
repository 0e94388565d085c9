import { isLossKnob } from '../../knobs/plain-loss.js';
import { summarise } from '../../metrics/estimates/seed-statistics.js';
import { codeSpan } from '../../wording/code-span.js';
import { significant, withCommas } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import type { Findings } from '../findings/findings.js';
import type { Configuration } from '../ranking/configuration.js';
import { equivalenceOf } from '../ranking/difference.js';
import { foldsIn, isGrid } from '../suggest/spec-document.js';
import type { Advice, SpecChange } from './advice.js';
import { axisValues } from './spec-change.js';
import { valueIn } from './sweep-history.js';

/** z₀.₈: a test finds a difference of this many errors beyond its critical value with probability 80 %. */
const POWER_80_PERCENT = 0.84162;
/** If a difference needs more seeds than this, or more than this many times the present ones, it is too small to matter. */
const MOST_SEEDS = 30;
const MOST_TIMES = 5;
/** Fewer tell little of the noise between seeds. */
const ENOUGH_SEEDS = 5;

/** What the advice needs besides the ranking. */
export interface SeedContext {
  /** The seeds with which the sweep trains every configuration. */
  readonly seeds: readonly number[];
  /** The other changes of the next spec. */
  readonly changes: readonly SpecChange[];
}

/** How many seeds it takes to tell the best configuration from the next one that is tied with it. */
export function seedAdvice(
  { configurations, sweep, equivalent }: Findings,
  best: Configuration,
  { seeds, changes }: SeedContext,
): readonly Advice[] {
  const tied = configurations.filter(({ isTied }) => isTied);
  const others = tied.filter((candidate) => candidate !== best);
  const next = others.find((candidate) => isKept(candidate, changes));
  if (next === undefined) return [];
  const title = `${tied.length} configurations are tied for the first rank`;
  if (seeds.length < 2) return [oneSeed(title, seeds)];
  const name = sweep.metric.name;
  const found = differences(best, next, name);
  if (found.length < 2) return [unfinished(title, seeds, sweep.name)];
  const { mean, sd } = summarise(found);
  if (mean === 0) return [same(title, next)];
  const needed = seedsNeeded({ mean, sd, seeds: found.length, behind: next.behindBest });
  const named = next === others[0] ? 'The next' : 'The next that is not left out above';
  const gap = `${named}, ${next.label}, differs from the best by ${significant(Math.abs(mean), 2)} in ${name}, and the difference has a standard deviation of ${significant(sd, 2)} between seeds.`;
  if (needed === null && Math.abs(mean) <= equivalenceOf(equivalent, sweep)(name)) return [equal(title, gap)];
  if (needed !== null && needed > Math.min(MOST_SEEDS, MOST_TIMES * seeds.length))
    return [equal(title, gap, needed)];
  const isForRows = needed === null || needed <= seeds.length;
  // What few seeds leave open is in the error, and looks like noise of rows.
  if (isForRows && seeds.length >= ENOUGH_SEEDS) return [moreRows(title, gap)];
  if (isTrainedAnew(changes)) return [];
  const wanted = isForRows ? ENOUGH_SEEDS : needed;
  const change = moreSeeds(sweep, seeds, wanted);
  if (change === null) return [isForRows ? moreRows(title, gap) : noMoreFolds(title, gap, wanted)];
  const action = isForRows
    ? `Use ${wanted} seeds: ${seeds.length} tell little of the noise between seeds.`
    : `Use about ${wanted} seeds, which tell them apart on these validation rows with a probability of 80 %.`;
  return [{ id: 'more-seeds', title, evidence: gap, action, changes: [change] }];
}

/**
 * An axis that is fixed trains nothing that was not trained: where a next spec would change nothing else, the runs go to seeds, twice as many
 * as before. Without changes where they are as many as can matter.
 */
export function withSeeds(
  advice: readonly Advice[],
  { sweep }: Pick<Findings, 'sweep'>,
  seeds: readonly number[],
): readonly Advice[] {
  const first = advice.find(({ id, changes }) => id === 'idle-axis' && changes.length > 0);
  if (first === undefined || !isGrid(sweep.specText)) return advice;
  const count = Math.min(MOST_SEEDS, 2 * seeds.length);
  const change = count > seeds.length ? moreSeeds(sweep, seeds, count) : null;
  if (change === null) return advice.map((piece) => ({ ...piece, changes: [] }));
  return advice.map((piece) => (piece === first ? { ...piece, changes: [...piece.changes, change] } : piece));
}

/** Where seeds are folds, the folds are repeated; null where they are in time order. */
function moreSeeds(
  { specText }: Pick<Findings['sweep'], 'specText'>,
  seeds: readonly number[],
  needed: number,
): SpecChange | null {
  const folds = foldsIn(specText);
  if (folds === undefined) return { path: ['seeds'], value: seedsFrom(seeds, needed) };
  return folds.areByTime
    ? null
    : { path: ['data', 'split', 'repeats'], value: Math.ceil(needed / folds.folds) };
}

interface PairedDifference {
  readonly mean: number;
  /** Between seeds, on these rows. */
  readonly sd: number;
  readonly seeds: number;
  readonly behind: Configuration['behindBest'];
}

/**
 * The seeds S with |mean| = (critical + z₀.₈) · √(rows² + sd² / S), where the error of the rows is what the difference's error
 * holds beyond the seeds: validation rows that all seeds share or, where each has a split of its own, training rows. Null where the
 * rows alone hide the difference, however many seeds there are.
 */
function seedsNeeded({ mean, sd, seeds, behind }: PairedDifference): number | null {
  const { error, critical } = behind ?? { error: 0, critical: 0 };
  const rows = Math.max(0, error ** 2 - sd ** 2 / seeds);
  const left = (mean / (critical + POWER_80_PERCENT)) ** 2 - rows;
  return left <= 0 ? null : Math.ceil(sd ** 2 / left);
}

/** Whether the next spec trains the configuration too; cross-entropy is in every sweep. */
function isKept(configuration: Configuration, changes: readonly SpecChange[]): boolean {
  return changes.every(({ space, path: [place, knob = ''], value }) => {
    if (place !== 'parameters' || (space ?? null) !== configuration.space) return true;
    if (configuration.isCrossEntropy && isLossKnob(knob)) return true;
    return axisValues(value).has(JSON.stringify(valueIn(configuration, knob)));
  });
}

/** With other epochs or other features, the noise between seeds will be different. */
function isTrainedAnew(changes: readonly SpecChange[]): boolean {
  return changes.some(({ path: [place] }) => place !== 'parameters');
}

/** Keeps the seeds that have results: a number if they are 1, 2, …, otherwise a list to which the lowest unused ones are added. */
function seedsFrom(seeds: readonly number[], count: number): number | readonly number[] {
  if (seeds.every((seed) => seed >= 1 && seed <= seeds.length)) return count;
  const fresh = Array.from({ length: seeds.length + count }, (_, at) => at + 1);
  return [...seeds, ...fresh.filter((seed) => !seeds.includes(seed))].slice(0, count);
}

function oneSeed(title: string, seeds: readonly number[]): Advice {
  return {
    id: 'more-seeds',
    title,
    evidence: 'There is one seed per configuration, so the noise between seeds is unknown.',
    action: `Use ${ENOUGH_SEEDS} seeds.`,
    changes: [{ path: ['seeds'], value: seedsFrom(seeds, ENOUGH_SEEDS) }],
  };
}

/** Folds by time are not drawn, so they cannot be repeated. */
function noMoreFolds(title: string, evidence: string, needed: number): Advice {
  return {
    id: 'treat-as-equal',
    title,
    evidence: `${evidence} It would take about ${withCommas(needed)} seeds to tell them apart, and folds by time cannot be repeated.`,
    action: 'Treat them as equal, or collect more rows.',
    changes: [],
  };
}

function unfinished(title: string, seeds: readonly number[], sweep: string): Advice {
  return {
    id: 'unfinished-seeds',
    title,
    evidence: `Fewer than 2 of the ${seeds.length} planned seeds have finished for both the best and the next.`,
    action: `Finish the other runs: launch the sweep again, or try failed runs again with ${codeSpan(`focalsweep retry ${shellWord(sweep)} --failed`)}.`,
    changes: [],
  };
}

function equal(title: string, evidence: string, needed?: number): Advice {
  return {
    id: 'treat-as-equal',
    title,
    evidence:
      needed === undefined
        ? `${evidence} These validation rows cannot tell them apart, and so small a difference does not matter.`
        : `${evidence} It would take about ${withCommas(needed)} seeds to tell them apart.`,
    action: 'Treat them as equal: take the simplest, or the one with the best rare recall.',
    changes: [],
  };
}

function same(title: string, next: Configuration): Advice {
  return {
    id: 'same-results',
    title,
    evidence: `The next, ${next.label}, has the same mean over seeds.`,
    action: 'Take either of them, or the one with the better rare recall.',
    changes: [],
  };
}

function moreRows(title: string, evidence: string): Advice {
  return {
    id: 'more-rows',
    title,
    evidence: `${evidence} There are enough seeds, but too few validation rows.`,
    action: 'Use a larger share of the rows for validation, or collect more rows of the rare classes.',
    changes: [],
  };
}

function differences(
  a: Configuration,
  b: Configuration,
  metric: Findings['sweep']['metric']['name'],
): readonly number[] {
  const other = new Map(b.runs.map(({ seed, validation }) => [seed, validation[metric]]));
  return a.runs.flatMap(({ seed, validation }) => {
    const value = other.get(seed);
    const difference = validation[metric] - (value ?? Number.NaN);
    return Number.isNaN(difference) ? [] : [difference];
  });
}
