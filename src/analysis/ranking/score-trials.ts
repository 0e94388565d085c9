import { isBaseline } from '../../knobs/plain-loss.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import type { Chosen, Contrast } from '../choices/choice.js';
import { choose } from '../choices/choose.js';
import { contrasts } from '../choices/contrasts.js';
import { expectedValues } from '../choices/expected-values.js';
import { expectedLosses, type WorstLosses } from '../choices/worst-losses.js';
import type { ScoreFacts } from '../facts/facts.js';
import { trialLabel, usedPoint } from '../point-label.js';
import { spaceNames } from '../spaces/space-names.js';
import { type SpaceStanding, spaceStandings } from '../spaces/space-standings.js';
import type { Configuration, Estimate } from './configuration.js';
import { equivalenceOf } from './difference.js';
import { againstBaseline, type Standing, standings } from './standings.js';
import {
  drawHere,
  type SweepEstimates,
  type ValidationEstimates,
  validationEstimates,
} from './sweep-estimates.js';
import { droppedBySearch, finalists, present, rankedTrials, type TrialResult } from './trial-results.js';

/** What the validation rows say: every configuration ranked, and one chosen for each aim. */
export interface Scored {
  readonly facts: ScoreFacts;
  /** Best first, as are the configurations and the estimates. */
  readonly results: readonly TrialResult[];
  readonly configurations: readonly Configuration[];
  readonly estimates: ValidationEstimates;
  /** The cross-entropy configuration that ranks highest. */
  readonly baseline: Configuration | null;
  /** The configuration that ranks highest among the others. */
  readonly challenger: Configuration | null;
  /** What each configuration may lose against the baseline; null without one. */
  readonly losses: WorstLosses | null;
  readonly chosen: readonly Chosen[];
  readonly contrasts: readonly Contrast[];
  /** Empty where the sweep has no list of spaces. */
  readonly spaces: readonly SpaceStanding[];
}

/** Ranks a sweep's configurations and chooses among them. */
export async function scoreTrials(facts: ScoreFacts, bootstrap: RowBootstrap = drawHere): Promise<Scored> {
  const { sweep, choosing } = facts;
  const results = rankedTrials(facts, sweep.metric);
  const estimates = await validationEstimates(facts, results, bootstrap);
  const candidates = results.flatMap(({ trial }, at) =>
    isBaseline(trial.config, sweep.baseline) ? [at] : [],
  );
  const reference = {
    metric: sweep.metric,
    baseline: candidates[0] ?? -1,
    candidates,
    equivalent: equivalenceOf(choosing.equivalent, sweep),
  };
  const hasBaseline = reference.baseline >= 0;
  const against = hasBaseline ? againstBaseline(estimates, reference) : null;
  const standing = standings(estimates, reference, against);
  const configurations = results.map((result, at) =>
    configuration({ sweep, result, at, estimates, standing: standing[at] as Standing }),
  );
  const names = spaceNames(facts.trials);
  const dropped = droppedBySearch(facts);
  const ends = finalists(configurations, (candidate) => candidate.isCrossEntropy);
  const losses =
    ends.baseline &&
    expectedLosses({
      ...{ configurations, baseline: ends.baseline, estimates },
      margins: againstBaseline(estimates, reference, estimates.trainedHere),
    });
  return {
    facts,
    results,
    configurations,
    estimates,
    ...ends,
    losses,
    chosen: choose(choosing.aims, {
      ...{ configurations, baseline: ends.baseline, estimates, against, losses },
      expected: expectedValues(configurations, estimates, sweep.metric.name),
    }),
    contrasts: contrasts(names, { configurations, dropped, estimates, equivalent: choosing.equivalent }),
    spaces: spaceStandings(names, { configurations, dropped, estimates, ...reference }),
  };
}

/** The results of a configuration. */
export function resultOf({ rank }: Configuration, { results }: Pick<Scored, 'results'>): TrialResult {
  return results[rank - 1] as TrialResult;
}

/** The configurations that go to the test rows: the baseline, then the chosen; the best other one if there is no other choice. */
export function finalistsOf({ baseline, challenger, chosen }: Scored): readonly Configuration[] {
  const others = chosen.map(({ configuration: own }) => own).filter((own) => own !== baseline);
  return present([baseline, ...(present(others).length === 0 ? [challenger] : others)]);
}

interface ConfigurationParts extends Pick<ScoreFacts, 'sweep'> {
  readonly result: TrialResult;
  /** Position among the estimates, from 0. */
  readonly at: number;
  readonly estimates: SweepEstimates;
  readonly standing: Standing;
}

function configuration({ sweep, result, at, estimates, standing }: ConfigurationParts): Configuration {
  const { trial, runs, metrics } = result;
  const estimate = (name: 'ranked' | 'macro_f1' | 'rare_recall' | 'worst_recall'): Estimate =>
    estimates[name].estimates()[at] as Estimate;
  return {
    rank: at + 1,
    trialId: trial.trialId,
    space: trial.space ?? null,
    label: trialLabel(trial),
    point: usedPoint(trial),
    config: trial.config,
    isCrossEntropy: isBaseline(trial.config, sweep.baseline),
    addedBaseline: trial.addedBaseline,
    seeds: runs.map((run) => run.seed),
    runs,
    metrics,
    estimates: {
      macro_f1: estimate('macro_f1'),
      rare_recall: estimate('rare_recall'),
      worst_recall: estimate('worst_recall'),
    },
    ranked: estimate('ranked'),
    epochs: runs.reduce((sum, run) => sum + run.epochsTrained, 0) / runs.length,
    ...standing,
  };
}
