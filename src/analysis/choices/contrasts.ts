import { compareWith } from '../../metrics/estimates/comparisons.js';
import type { TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import { weightedTrials } from '../../metrics/estimates/weighted-trials.js';
import { randomStream } from '../../random.js';
import type { AnyConfig } from '../../sweep.js';
import { compareCells } from '../../where/evaluate.js';
import type { TrialRow } from '../facts/facts.js';
import { valueLabel } from '../point-label.js';
import type { Configuration } from '../ranking/configuration.js';
import { differenceFrom } from '../ranking/difference.js';
import type { SweepEstimates } from '../ranking/sweep-estimates.js';
import { ofSpace } from '../spaces/space-names.js';
import type { Contrast, Effect } from './choice.js';
import { contrastSentence } from './contrast-sentence.js';

/** The knobs of the loss whose worth is asked for, with their values in plain cross-entropy. */
const PLAIN = { gamma: 0, alpha: 1 } as const;
/** Keeps what is drawn here apart from the noise of trials. */
const CONTRAST_STREAM = 0x40000;

/** What configurations and their estimates, in the same order, say of the loss. */
export interface Graded {
  readonly configurations: readonly Configuration[];
  /** Those that the search dropped. */
  readonly dropped: readonly TrialRow[];
  readonly estimates: SweepEstimates;
  readonly equivalent: number;
}

/** γ > 0 against γ = 0, and class weights against α = 1: of the spaces and knobs for which the sweep has pairs. */
export function contrasts(names: readonly (string | null)[], graded: Graded): readonly Contrast[] {
  return names.flatMap((space) =>
    (['gamma', 'alpha'] as const).flatMap((knob) => contrastOf(knob, space, graded) ?? []),
  );
}

/** Two positions that differ in the knob alone. */
interface Pair {
  readonly plain: number;
  readonly other: number;
}

function contrastOf(knob: keyof typeof PLAIN, space: string | null, graded: Graded): Contrast | null {
  const pairs = pairsByValue(knob, space, graded.configurations);
  if (pairs.size === 0) return null;
  const began = [...graded.configurations, ...graded.dropped];
  const groups = [[...pairs.values()].flat(), ...pairs.values()];
  const labels = ['', ...pairs.keys()];
  const dropped = pairCount(pairsByValue(knob, space, began)) - pairCount(pairs);
  const judging = { equivalent: graded.equivalent, dropped };
  const macro = differences(groups, graded.estimates.macro_f1, judging);
  const rare = differences(groups, graded.estimates.rare_recall, judging);
  const effects = groups.map(
    (own, at): Effect => ({
      label: labels[at] as string,
      pairs: own.length,
      macro_f1: macro(at),
      rare_recall: rare(at),
    }),
  );
  const [overall, ...values] = effects as [Effect, ...Effect[]];
  const contrast = { space, knob, overall, values };
  const among = {
    left: ofSpace(graded.configurations, space).length,
    dropped: ofSpace(graded.dropped, space).length,
  };
  return { ...contrast, sentence: contrastSentence(contrast, among) };
}

/** What pairs are found by: a configuration, or a trial that was dropped. */
type Paired = Pick<TrialRow, 'config' | 'point'> & { readonly space?: string | null | undefined };

function pairsByValue(
  knob: keyof typeof PLAIN,
  space: string | null,
  configurations: readonly Paired[],
): ReadonlyMap<string, readonly Pair[]> {
  const othersOf = (config: AnyConfig): string => JSON.stringify({ ...config, [knob]: undefined });
  const plain = new Map(
    configurations.flatMap((own, at) =>
      (own.space ?? null) === space && own.config[knob] === PLAIN[knob]
        ? [[othersOf(own.config), at] as const]
        : [],
    ),
  );
  const pairs = new Map<string, Pair[]>();
  configurations.forEach(({ config, point, space: home }, other) => {
    if ((home ?? null) !== space) return;
    const partner = plain.get(othersOf(config));
    if (partner === undefined || partner === other) return;
    const label = valueLabel(point[knob] ?? config[knob]);
    pairs.set(label, [...(pairs.get(label) ?? []), { plain: partner, other }]);
  });
  const sorted = [...pairs].sort(([a], [b]) => compareCells(numberOrText(a), numberOrText(b)));
  return new Map(sorted);
}

/** The number that a label shows, or its text. */
function numberOrText(label: string): number | string {
  const number = Number(label);
  return Number.isNaN(number) ? label : number;
}

function pairCount(pairs: ReadonlyMap<string, readonly Pair[]>): number {
  return [...pairs.values()].flat().length;
}

interface PairJudging {
  readonly equivalent: number;
  /** Pairs that began, one of which was dropped: each could have been what is left. */
  readonly dropped: number;
}

/** The mean difference of pairs as a sum of trials. */
function weightsOf(pairs: readonly Pair[]): ReadonlyMap<number, number> {
  const weights = new Map<number, number>();
  const add = (at: number, weight: number) => weights.set(at, (weights.get(at) ?? 0) + weight);
  for (const { plain, other } of pairs) {
    add(other, 1 / pairs.length);
    add(plain, -1 / pairs.length);
  }
  return weights;
}

/** Mean differences of groups of pairs, with intervals simultaneous over the groups, and over the pairs that were dropped. */
function differences(
  groups: readonly (readonly Pair[])[],
  estimates: TrialEstimates,
  { equivalent, dropped }: PairJudging,
) {
  const { deviations, isReplicated, widest } = estimates;
  const zero = { mean: 0, deviations: new Float64Array(deviations[0]?.length ?? 0), isReplicated: true };
  const members = groups.map((pairs, group) => {
    const known = pairs.every(
      ({ plain, other }) => isReplicated[plain] === true && isReplicated[other] === true,
    );
    const stream = randomStream(0, 'resample', CONTRAST_STREAM, group);
    return { ...weightedTrials(estimates, weightsOf(pairs), stream), isReplicated: known };
  });
  const all = [zero, ...members];
  const comparison = compareWith(
    {
      means: all.map(({ mean }) => mean),
      deviations: all.map((own) => own.deviations),
      isReplicated: all.map((own) => own.isReplicated),
      dropped,
      ...(widest !== undefined && { widest }),
    },
    0,
  );
  return (group: number) => differenceFrom(comparison, group + 1, { sign: 1, equivalent });
}
