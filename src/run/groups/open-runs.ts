import type { SweepPlan } from '../../plan/plan.js';
import { type Run, type RunState, SETTLED, type Trial } from '../../sweep.js';
import type { PlannedRun } from './follow-group.js';

/** The runs of a sweep, with their states when this launch began or when their cohort was added. */
export class OpenRuns {
  readonly #trials = new Map<string, Trial>();
  readonly #states = new Map<string, RunState>();

  /** `share` has the ids of the runs that this launch trains; without it, it trains all. */
  constructor(private readonly share?: ReadonlySet<string>) {}

  /** Adds the runs of a plan that are not known yet. */
  add({ trials, runs }: SweepPlan, states: ReadonlyMap<string, RunState>): void {
    for (const trial of trials) this.#trials.set(trial.trialId, trial);
    for (const { runId } of runs) {
      if (!this.#states.has(runId)) this.#states.set(runId, states.get(runId) ?? 'waiting');
    }
  }

  /** Whether all trials of a plan are known. */
  has({ trials }: SweepPlan): boolean {
    return trials.every(({ trialId }) => this.#trials.has(trialId));
  }

  /** The runs to train here that have no result and were not given up, each with its trial. */
  among(runs: readonly Run[]): readonly PlannedRun[] {
    return runs.flatMap((run) => (this.isOpen(run.runId) ? [{ run, trial: this.trial(run.trialId) }] : []));
  }

  /** Whether a run is to be trained here, has no result and was not given up. */
  isOpen(runId: string): boolean {
    const state = this.#states.get(runId);
    return this.#isOwn(runId) && (state === undefined || !SETTLED.includes(state));
  }

  /** A trial of the plan. */
  trial(trialId: string): Trial {
    const trial = this.#trials.get(trialId);
    if (trial === undefined) throw new Error(`the trial ${trialId} is not part of the plan`);
    return trial;
  }

  /** Takes over what another sweep has made of runs meanwhile. */
  settle(states: ReadonlyMap<string, RunState>): void {
    for (const [runId, state] of states) if (SETTLED.includes(state)) this.#states.set(runId, state);
  }

  /** How many runs are to be trained here, whatever has become of them; with a state, how many of them have it. */
  count(state?: RunState): number {
    return [...this.#states].filter(
      ([runId, own]) => this.#isOwn(runId) && (state === undefined || own === state),
    ).length;
  }

  #isOwn(runId: string): boolean {
    return this.share === undefined || this.share.has(runId);
  }
}
