import { knobValue } from '../../knobs/knob-value.js';
import type { KnobName } from '../../knobs/knobs.js';
import { isOfBaseline, type NamedBaseline, PLAIN_LOSS } from '../../knobs/plain-loss.js';
import { type AnyConfig, DIVERGED, type ParameterPoint } from '../../sweep.js';
import type { SweepFacts } from '../facts/facts.js';

/** How the runs of a configuration ended, whether or not any of them finished. */
export interface TrialOutcome {
  readonly trialId: string;
  readonly point: ParameterPoint;
  readonly config: AnyConfig;
  readonly addedBaseline: boolean;
  /** Runs that finished or failed. */
  readonly ended: number;
  readonly diverged: number;
}

/** What was tried in the sweep and in the sweeps that it was suggested from. */
export interface SweepHistory {
  /** The space that it is about; null for a sweep without a list of them. */
  readonly space: string | null;
  /** One for each configuration of the sweep, in plan order. */
  readonly outcomes: readonly TrialOutcome[];
  /** The seeds with which the sweep trains every configuration, finished or not. */
  readonly seeds: readonly number[];
  /**
   * Per knob, the values, as JSON, that any of these sweeps trains. What makes baselines that the planner added plain is left out; all else
   * they have from the grid, and where `where:` refuses a value, they alone have it.
   */
  readonly tried: ReadonlyMap<string, ReadonlySet<string>>;
  /** The baseline that the spec names. */
  readonly baseline: NamedBaseline;
}

/** The history of a space of a sweep, or of a sweep without a list of spaces, from the facts. */
export function sweepHistory(
  facts: Pick<SweepFacts, 'trials' | 'earlierTrials' | 'ends' | 'sweep'>,
  space: string | null = null,
): SweepHistory {
  const tried = new Map<string, Set<string>>();
  const trials = facts.trials.filter((trial) => (trial.space ?? null) === space);
  const earlier = facts.earlierTrials.filter((trial) => (trial.space ?? null) === space);
  const { baseline } = facts.sweep;
  for (const trial of [...trials, ...earlier]) {
    for (const knob of Object.keys(trial.config)) {
      if (trial.addedBaseline && isOfBaseline(knob, baseline)) continue;
      const values = tried.get(knob) ?? new Set();
      tried.set(knob, values.add(JSON.stringify(valueIn(trial, knob))));
    }
  }
  const outcomes = trialOutcomes({ trials, ends: facts.ends });
  const seeds = [...new Set(facts.ends.map(({ seed }) => seed))];
  return { space, outcomes, seeds, tried, baseline };
}

function trialOutcomes({ trials, ends }: Pick<SweepFacts, 'trials' | 'ends'>): readonly TrialOutcome[] {
  const counts = new Map<string, { ended: number; diverged: number }>();
  for (const { trialId, state, error } of ends) {
    if (state !== 'complete' && state !== 'failed') continue;
    const count = counts.get(trialId) ?? { ended: 0, diverged: 0 };
    counts.set(trialId, count);
    count.ended++;
    if (state === 'failed' && error?.startsWith(DIVERGED)) count.diverged++;
  }
  return trials.map(({ trialId, point, config, addedBaseline }) => ({
    trialId,
    point,
    config,
    addedBaseline,
    ...(counts.get(trialId) ?? { ended: 0, diverged: 0 }),
  }));
}

/** A configuration's value of a knob, as written in the spec. */
export function valueIn({ point, config }: Pick<TrialOutcome, 'point' | 'config'>, knob: string): unknown {
  return point[knob] ?? knobValue(config, knob);
}

/** The values of a knob in the user's grid, in its order. */
export function gridValues({ outcomes }: SweepHistory, knob: string): readonly unknown[] {
  const values = outcomes
    .filter(({ addedBaseline }) => !addedBaseline)
    .map((outcome) => valueIn(outcome, knob));
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Whether none of the sweeps has trained this value; the baseline counts for values of plain cross-entropy. */
export function isUntried(history: SweepHistory, knob: string, value: unknown): boolean {
  const isBaseline = [...PLAIN_LOSS].every(([name, plain]) =>
    name === knob ? value === plain : gridValues(history, name).every((other) => other === plain),
  );
  if (PLAIN_LOSS.has(knob as KnobName) && isBaseline) return false;
  return !history.tried.get(knob)?.has(JSON.stringify(value));
}
