import type { TrialPlan } from '../plan/plan.js';
import { decideRung } from '../search/decide-rung.js';
import type { Rung, Stopper } from '../search/stopper.js';
import { bestFirst, meanOf } from '../search/stoppers/leading.js';
import type { Run, Trial } from '../sweep.js';
import { type KnownScores, runsBehind, runsOf, scoredCohort } from './scored-cohort.js';
import { byTrial } from './spending.js';

/** A run that may be wanted before long, and the epoch at which it would pause. */
export interface LikelyRun {
  readonly run: Run;
  readonly pauseAfter: number | undefined;
}

/** Trials on their way to a rung of a stopper. */
export interface Climb {
  readonly plan: TrialPlan;
  readonly stopper: Stopper;
  /** The index of the rung. */
  readonly at: number;
  readonly going: readonly Trial[];
}

/**
 * Runs that later rungs will probably want, the likeliest first: those of the trials that would go on if those that have reached this
 * rung were all there are. First the next rung's, then further seeds: a run that pauses is trained ahead by one rung at most.
 */
export function likelyRuns(climb: Climb, known: KnownScores): readonly LikelyRun[] {
  const { plan, stopper, at } = climb;
  const rung = stopper.rungs[at] as Rung;
  const trials = likelyTrials(climb, rung, known);
  const later = [...stopper.rungs.slice(at + 1), { seeds: plan.spec.seeds.length, epochs: undefined }];
  return later.flatMap(({ seeds, epochs }, ahead) => {
    const before = later[ahead - 1] ?? (rung.epochs === undefined ? rung : { seeds: 0 });
    const ofTrial = byTrial(runsOf(plan, trials, seeds, before.seeds));
    const runs = trials.flatMap(({ trialId }) => ofTrial.get(trialId) ?? []);
    return runsBehind(runs, known, epochs).map((run) => ({ run, pauseAfter: epochs }));
  });
}

/** Those that would go on, best first; where whole runs are judged, then those whose runs have not ended. */
function likelyTrials({ plan, stopper, going }: Climb, rung: Rung, known: KnownScores): readonly Trial[] {
  const { metric } = plan.spec;
  const runs = runsOf(plan, going, rung.seeds);
  const behind = new Set(runsBehind(runs, known, rung.epochs).map(({ trialId }) => trialId));
  const isBehind = ({ trialId }: Trial): boolean => behind.has(trialId);
  const reached = going.filter((trial) => !isBehind(trial));
  const cohort = scoredCohort(plan, reached, known, rung);
  const ids = new Set(reached.length === 0 ? [] : decideRung(stopper, cohort, rung, metric).going);
  const byId = new Map(reached.map((trial) => [trial.trialId, trial]));
  const leaders = bestFirst(cohort, meanOf(metric)).filter(({ trialId }) => ids.has(trialId));
  return [
    ...leaders.flatMap(({ trialId }) => byId.get(trialId) ?? []),
    ...(rung.epochs === undefined ? going.filter(isBehind) : []),
  ];
}
