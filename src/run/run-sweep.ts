import { classSupport } from '../data/dataset.js';
import { equivalenceIn } from '../metrics/expected-cost.js';
import { searchIdOf } from '../plan/identity.js';
import { plannedRunCount, type SweepPlan } from '../plan/plan.js';
import { reasonOf } from '../search/decide-rung.js';
import type { Decision } from '../search/decision.js';
import { searchOf } from '../search/search-of.js';
import type { RunEvent } from '../store/store.js';
import { removeCheckpoints } from './checkpoints/checkpoint-files.js';
import { followSearch, withRecorded } from './follow-search.js';
import { AheadRuns } from './groups/ahead-runs.js';
import { trainersById } from './groups/form-groups.js';
import { OpenRuns } from './groups/open-runs.js';
import { createTraining, endAhead, forgetDropped } from './groups/train-open-runs.js';
import { waitingRuns } from './prepare/waiting-runs.js';
import { createOffering } from './queue/offer-runs.js';
import { type BudgetEnds, readBudgetEnds } from './record/budget-ends.js';
import { sweepRecord } from './record/plan-record.js';
import { createRecorder, type Recorder } from './record/run-recorder.js';
import { recordShard } from './record/shard-record.js';
import { runsOfShard } from './shard-runs.js';
import { createSpending, type Spending } from './spending.js';
import { createStopping, type Stopping } from './stopping.js';
import { type LaunchOutcome, type RunSweepOptions, requireUsable } from './sweep-options.js';
import { StalledThreadError, ThreadsLeftError, waitingThreads } from './threads/worker-pool.js';
import { withinBudget } from './within-budget.js';

export type { Crash, LaunchOutcome, ProgressEvent, RunSweepOptions } from './sweep-options.js';

/** A sweep in training. */
interface Launch extends RunSweepOptions {
  readonly searchId: string;
  /** The decisions of earlier launches. */
  readonly recorded: readonly Decision[];
  readonly runs: OpenRuns;
  readonly recorder: Recorder;
  readonly stopping: Stopping;
  readonly spending: Spending;
  readonly budgetEnds: BudgetEnds;
}

/**
 * Trains every run of a sweep that has no result yet and records it, cohort by cohort as its search decides. Errors of the
 * store are thrown. A run that fails is tried again alone on a fresh thread, `retries` times, and then recorded as failed; the
 * others continue. Throws StalledThreadError, with everything recorded, if a thread does not end, and ThreadsLeftError if that
 * follows another error.
 */
export async function runSweep(options: RunSweepOptions): Promise<LaunchOutcome> {
  const { dataset, splits, writer } = options;
  requireUsable(options);
  const startedAt = performance.now();
  const share = options.shard && runsOfShard(options.plan, options.shard, trainersById(options.trainers));
  const searchId = searchIdOf(options.plan);
  const decisions = await writer.decisions(options.plan.spec.name, searchId);
  const recorded = decisions.map(({ decision }) => decision as Decision);
  const plan = withRecorded(options.plan, recorded);
  const runs = new OpenRuns(share);
  runs.add(plan, await writer.open(sweepRecord(plan, dataset, splits)));
  await recordShard(writer, plan.spec.name, options.shard);
  if (options.queue !== undefined) await writer.ship(plan.spec.name, options.queue.files);
  const recorder = createRecorder(options, new Map(await writer.failures(plan.spec.name)));
  const waiting = runs.among(plan.runs);
  const before = runs.count('complete');
  const budgetEnds = await readBudgetEnds(options.writer, plan, searchId);
  tellPlan({ ...options, recorded, budgetEnds }, plan, runs);
  if (options.checkpoints !== undefined) {
    const open = new Set(waiting.map(({ run }) => run.runId));
    const own = new Set(plan.runs.map(({ runId }) => runId));
    removeCheckpoints(options.checkpoints.folder, own, (runId) => !open.has(runId));
  }
  if (options.crash !== undefined) recorder.blame(options.crash, waiting);
  const stopping = createStopping(options);
  const spending = createSpending({
    budget: plan.spec.budget,
    trialOf: (trialId) => runs.trial(trialId),
    wasTimeUp: budgetEnds.isTimeUp,
  });
  const threads = options.threads ?? waitingThreads();
  const isOwn = options.threads === undefined && options.queue === undefined;
  if (isOwn && waiting.length > 0) threads.start(Math.min(options.workers, plannedRunCount(plan.spec)));
  const launch = { ...options, threads, searchId, recorded, runs, recorder, stopping, spending, budgetEnds };
  // Threads without work end by themselves; there is no need to wait.
  const end = await trainAll(launch).finally(() => isOwn && void threads.release());
  const { complete, failed, interrupted } = recorder.counts;
  const isQueued = options.queue !== undefined;
  if (isQueued && !stopping.stop.aborted) await writer.endQueue(plan.spec.name);
  return {
    runs: runs.count(),
    alreadyComplete: isQueued ? before : runs.count('complete'),
    complete: isQueued ? runs.count('complete') - before : complete,
    failed: failed + runs.count('failed'),
    interrupted,
    ...end,
    durationMs: performance.now() - startedAt,
  };
}

function tellPlan(
  { onProgress, recorded, budgetEnds }: Pick<Launch, 'onProgress' | 'recorded' | 'budgetEnds'>,
  plan: SweepPlan,
  runs: OpenRuns,
): void {
  onProgress?.({
    type: 'planned',
    trials: plan.trials.length,
    runs: plan.runs.length,
    waiting: waitingRuns(plan, { recorded, isTimeUp: budgetEnds.isTimeUp }, (runId) => runs.isOpen(runId))
      .length,
    givenUp: runs.count('failed'),
  });
}

/** Asks the search what to train until it is done. */
async function trainAll(
  launch: Launch,
): Promise<Pick<LaunchOutcome, 'pruned' | 'stopRequested' | 'threadsLeft' | 'budgetEnd'>> {
  let pruned = 0;
  const dropped = new Set<string>();
  const { dataset, plan, recorded, recorder, runs, searchId, splits, stopping, writer } = launch;
  const sweep = plan.spec.name;
  let whole = plan;
  // A budget is spent on what the search asks for alone, each shard trains runs of its own, and a queue trains nothing here.
  const isAhead = plan.spec.budget === null && launch.shard === undefined && launch.queue === undefined;
  const ahead = isAhead ? new AheadRuns(launch.workers) : undefined;
  const training = launch.queue !== undefined ? offering(launch) : createTraining(launch, ahead);
  const { spec, costs } = plan;
  const support = [...classSupport(dataset, 'validation')];
  const equivalentOf = equivalenceIn(spec.equivalent, { costs, support });
  const budgeted = withinBudget(training, {
    spec: { ...spec, equivalent: equivalentOf(spec.metric.name) },
    spending: launch.spending,
    trialOf: (trialId) => runs.trial(trialId),
    stop: stopping.stop,
    async scores() {
      await recorder.flush();
      return writer.scores(sweep);
    },
  });
  const search = followSearch({
    search: launch.search ?? searchOf(spec, equivalentOf),
    plan,
    recorded,
    train: budgeted.train,
    record: (decision, step) =>
      writer.record([{ type: 'decision', sweep, search: searchId, step, decision }]),
    async extend(longer) {
      whole = longer;
      if (runs.has(longer)) return;
      runs.add(longer, await writer.extend(sweepRecord(longer, dataset, splits)));
      tellPlan(launch, longer, runs);
    },
    async prune(decision, ofDropped) {
      for (const { trialId } of decision.dropped) dropped.add(trialId);
      const at = { endedAtMs: Date.now(), durationMs: 0 };
      const trials = new Map(decision.dropped.map((trial) => [trial.trialId, trial]));
      const open = runs.among(ofDropped).filter(({ run }) => recorder.standing(run.runId) !== 'over');
      const events = open.map(({ run: { runId, trialId } }): RunEvent => {
        const trial = trials.get(trialId);
        const error = trial && reasonOf(decision, trial, plan.spec.metric);
        return { type: 'pruned', attempt: { ...at, runId, ...(error !== undefined && { error }) } };
      });
      if (ahead !== undefined) await forgetDropped(ahead, open, launch);
      if (events.length > 0) await writer.record(events);
      pruned += events.length;
      if (!recorded.includes(decision)) launch.onProgress?.({ type: 'rung', decision, left: events.length });
    },
    async scores(ofRuns, wanted) {
      await recorder.flush();
      const ids = ofRuns.map(({ runId }) => runId);
      const [results, epochs] = await Promise.all([
        writer.scores(sweep),
        wanted === 'epochs' ? writer.epochs(ids) : new Map<string, never>(),
      ]);
      return { results, epochs };
    },
  });
  try {
    // A search that has ended may not have heard why it was stopped.
    await search
      .finally(() => ahead && endAhead(ahead, recorder))
      .finally(() => stopping.end().finally(() => recorder.flush()));
  } catch (error) {
    if (!recorder.threadsLeft() || error instanceof StalledThreadError) throw error;
    throw new ThreadsLeftError(error);
  }
  const { learns, mostPoints } = (launch.search ?? searchOf(plan.spec)).sampler;
  const baselines = plan.trials.filter(({ addedBaseline }) => addedBaseline).length;
  const most = learns ? mostPoints + baselines : plan.trials.length;
  // What a rung has dropped is settled, though not trained in full.
  const left = runs
    .among(whole.runs)
    .filter(({ run }) => !dropped.has(run.trialId) && recorder.standing(run.runId) !== 'over');
  const budgetEnd = budgeted.isSpent() ? await launch.budgetEnds.record(whole, left, most) : undefined;
  return {
    pruned,
    stopRequested: stopping.requested(),
    threadsLeft: recorder.threadsLeft(),
    ...(budgetEnd !== undefined && { budgetEnd }),
  };
}

/** Returns a function that has workers train open runs. */
function offering(launch: Launch) {
  const { plan, runs, spending, stopping, writer, onProgress } = launch;
  return createOffering({
    writer,
    sweep: plan.spec.name,
    open: runs,
    stop: stopping.stop,
    isTimeUp: spending.isTimeUp,
    onLeft: (left) => onProgress?.({ type: 'offered', left }),
  });
}
