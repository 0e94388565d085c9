import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import { planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { followSearch, withRecorded } from '../../src/run/follow-search.js';
import type { Decision } from '../../src/search/decision.js';
import type { Cohort, Sampler } from '../../src/search/search.js';
import type { Rung, Stopper } from '../../src/search/stopper.js';
import { noStopper } from '../../src/search/stoppers/none.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { EpochRecord, Run } from '../../src/sweep.js';

const SPEC = `name: a
data: {source: "builtin:malware21", rows: 2000}
parameters: {gamma: {values: [0, 1, 2]}}
seeds: 4
`;
let plan: SweepPlan;

beforeAll(async () => {
  const spec = parseSpec(SPEC);
  plan = planSweep(spec, await loadDataset(spec.data, '.'), 'native/addon@1');
});

/** Asks twice more for the neighbours of the best γ so far. */
const climber: Sampler = {
  mostPoints: 7,
  learns: true,
  propose(history) {
    if (history.length > 2) return 'done';
    const best = history
      .flat()
      .toSorted((a, b) => mean(b.scores) - mean(a.scores))
      .at(0);
    const gamma = Number(best?.point.gamma ?? 0);
    return [{ gamma: gamma + 0.3 * history.length }, { gamma: gamma + 0.7 * history.length }];
  },
};

const anyRung = fc.record({
  seeds: fc.integer({ min: 1, max: 4 }),
  epochs: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
});

/** As a stopper has them. */
function inOrder(rungs: readonly Rung[]): readonly Rung[] {
  const ends = ({ epochs = Number.POSITIVE_INFINITY }: Rung) => epochs;
  const sorted = rungs.toSorted((a, b) => a.seeds - b.seeds || Math.sign(ends(a) - ends(b)));
  return sorted.filter((rung, at) => JSON.stringify(rung) !== JSON.stringify(sorted[at + 1]));
}

/** Half of the trials go on from one seed, a quarter from two. */
const halving: Stopper = {
  rungs: [{ seeds: 1 }, { seeds: 2 }],
  judge: (cohort) =>
    cohort
      .toSorted((a, b) => mean(b.scores) - mean(a.scores))
      .slice(0, Math.ceil(cohort.length / 2))
      .map(({ trialId }) => trialId),
};

function mean(scores: readonly { readonly validation: MetricValues }[]): number {
  return scores.reduce((sum, { validation }) => sum + validation.macro_f1, 0) / Math.max(1, scores.length);
}

/** What a run comes to at an epoch depends on its id alone, as training does; 0 is its result. */
function outcome({ runId }: Run, epoch = 0): MetricValues {
  const value = (Number.parseInt(runId.slice(epoch % 8, (epoch % 8) + 6), 16) % 997) / 997;
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, value])) as MetricValues;
}

const LAST_EPOCH = 9;
/** Patience ends some runs before. */
function endOf({ runId }: Run): number {
  return 1 + (Number.parseInt(runId.slice(-4), 16) % LAST_EPOCH);
}

/** A sweep that is stopped after so many trained epochs, and what is left of it. */
class Sweep {
  readonly decisions: Decision[] = [];
  readonly results = new Map<string, MetricValues>();
  readonly epochs = new Map<string, readonly EpochRecord[]>();
  readonly pruned = new Set<string>();
  /** Fails in the epoch after this one, by run id. */
  readonly failing = new Map<string, number>();
  /** Run and epoch, in order of training. */
  readonly trained: string[] = [];

  async launch(sampler: Sampler, stopper: Stopper, most = Number.POSITIVE_INFINITY): Promise<void> {
    let left = most;
    await followSearch({
      search: { sampler, stopper },
      plan,
      recorded: [...this.decisions],
      record: async (decision, step) => {
        this.decisions[step] = decision;
      },
      extend: async () => {},
      train: async (runs, to) => {
        const pauseAfter = to?.epochs ?? LAST_EPOCH;
        for (const run of to?.behind ?? runs) {
          const done = this.epochs.get(run.runId)?.length ?? 0;
          for (let epoch = done + 1; epoch <= Math.min(pauseAfter, endOf(run)); epoch++) {
            if (epoch > (this.failing.get(run.runId) ?? LAST_EPOCH)) break;
            if (left-- <= 0) return false;
            this.#train(run, epoch);
          }
        }
        return true;
      },
      prune: async (_decision, runs) => {
        for (const { runId } of runs) if (!this.results.has(runId)) this.pruned.add(runId);
      },
      scores: async () => ({ results: this.results, epochs: this.epochs }),
    });
  }

  #train(run: Run, epoch: number): void {
    const { runId } = run;
    const record = {
      epoch,
      trainLoss: 0,
      trainAccuracy: 0,
      validationLoss: 0,
      validation: outcome(run, epoch),
    };
    this.epochs.set(runId, [...(this.epochs.get(runId) ?? []), record]);
    this.trained.push(`${runId} ${epoch}`);
    if (epoch === endOf(run)) this.results.set(runId, outcome(run));
  }

  /** The runs that were trained at all, in order. */
  get begun(): readonly string[] {
    return [...this.epochs.keys()];
  }
}

const wholeGrid: Sampler = { mostPoints: 3, learns: false, propose: () => 'done' };

describe('a search', () => {
  test('without feedback trains the plan in its order and decides nothing', async () => {
    const sweep = new Sweep();
    await sweep.launch(wholeGrid, noStopper);
    expect(sweep.begun).toEqual(plan.runs.map(({ runId }) => runId));
    expect(sweep.decisions).toEqual([]);
  });

  test('shows the sampler completed cohorts, and ends when it is done', async () => {
    const sweep = new Sweep();
    await sweep.launch(climber, noStopper);
    expect(sweep.decisions.map(({ type }) => type)).toEqual(['cohort', 'cohort', 'done']);
    const whole = withRecorded(plan, sweep.decisions);
    expect(whole.trials).toHaveLength(plan.trials.length + 4);
    expect(new Set(sweep.begun)).toEqual(new Set(whole.runs.map(({ runId }) => runId)));
  });

  test('trains seeds rung by rung, and no further seed of what the stopper dropped', async () => {
    const sweep = new Sweep();
    await sweep.launch(wholeGrid, halving);
    // The baseline goes on in any case, beside the best.
    const goes = sweep.decisions.map((decision) => (decision.type === 'rung' ? decision.going.length : 0));
    expect(goes.every((going) => going >= 1 && going <= 3)).toBe(true);
    expect(sweep.begun).toHaveLength(3 + (goes[0] ?? 0) + 2 * (goes[1] ?? 0));
    expect(sweep.begun.length + sweep.pruned.size).toBe(plan.runs.length);
    expect(sweep.begun.filter((runId) => sweep.pruned.has(runId))).toEqual([]);
  });

  test('goes the same way however often it was stopped, by any rungs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRung, { maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }),
        async (rungs, stops) => {
          const stopper = { ...halving, rungs: inOrder(rungs) };
          const undisturbed = new Sweep();
          await undisturbed.launch(climber, stopper);
          const sweep = new Sweep();
          for (const most of stops) await sweep.launch(climber, stopper, most);
          await sweep.launch(climber, stopper);
          expect(sweep).toEqual(undisturbed);
          // Nothing is trained twice, and what is not trained to its end is pruned.
          expect(new Set(sweep.trained).size).toBe(sweep.trained.length);
          const { runs } = withRecorded(plan, sweep.decisions);
          const left = runs.map(({ runId }) => runId).filter((runId) => !sweep.results.has(runId));
          expect(sweep.pruned).toEqual(new Set(left));
        },
      ),
    );
  });

  test('pauses runs at the epochs of rungs, and never drops the best baseline while others go on', async () => {
    const last = plan.trials.at(-1)?.trialId ?? '';
    const stopper: Stopper = {
      rungs: [
        { seeds: 1, epochs: 2 },
        { seeds: 1, epochs: 4 },
      ],
      judge: () => [last],
    };
    const sweep = new Sweep();
    await sweep.launch(wholeGrid, stopper);
    const going = plan.trials
      .filter(({ trialId, point }) => point.gamma === 0 || trialId === last)
      .map(({ trialId }) => trialId);
    for (const run of plan.runs) {
      const expected = going.includes(run.trialId)
        ? endOf(run)
        : run.seed === plan.spec.seeds[0]
          ? Math.min(2, endOf(run))
          : 0;
      expect(sweep.epochs.get(run.runId)?.length ?? 0).toBe(expected);
    }
    expect(sweep.decisions).toEqual([
      { type: 'rung', rung: stopper.rungs[0], going, dropped: [expect.anything()], best: expect.any(Number) },
      { type: 'rung', rung: stopper.rungs[1], going, dropped: [], best: expect.any(Number) },
    ]);
  });

  test('ends where nobody goes on, with one decision', async () => {
    const stopper: Stopper = { rungs: [{ seeds: 1 }, { seeds: 2 }, { seeds: 3 }], judge: () => [] };
    const sweep = new Sweep();
    await sweep.launch(wholeGrid, stopper);
    expect(sweep.decisions.map((decision) => decision.type === 'rung' && decision.going)).toEqual([[]]);
    expect(sweep.begun).toHaveLength(3);
  });

  test('shows a rung what it would see of runs that pause there, whatever was trained before', async () => {
    const shown: Cohort[][] = [[], []];
    const watching = (at: number): Stopper => ({
      rungs: [{ seeds: 2, epochs: 3 }],
      judge: (cohort) => {
        shown[at]?.push(cohort);
        return [];
      },
    });
    await new Sweep().launch(wholeGrid, watching(0));
    const whole = new Sweep();
    await whole.launch(wholeGrid, noStopper);
    await whole.launch(wholeGrid, watching(1));
    expect(shown[1]).toEqual(shown[0]);
    const [cohort = []] = shown[0] ?? [];
    for (const { scores, trialId } of cohort) {
      const own = plan.runs.filter((run) => run.trialId === trialId).slice(0, 2);
      expect(scores.map(({ seed }) => seed)).toEqual(own.map(({ seed }) => seed));
      for (const [at, run] of own.entries()) {
        const epochs = Array.from({ length: Math.min(3, endOf(run)) }, (_, epoch) => outcome(run, epoch + 1));
        const best = Math.max(...epochs.map(({ macro_f1 }) => macro_f1));
        expect(scores[at]?.epochs).toEqual(epochs);
        expect(scores[at]?.validation.macro_f1).toBe(endOf(run) <= 3 ? outcome(run).macro_f1 : best);
      }
    }
  });

  test('gives a run no score at a rung before which it failed, however good its epochs were', async () => {
    const shown: Cohort[] = [];
    const stopper: Stopper = {
      rungs: [{ seeds: 1, epochs: 2 }, { seeds: 1, epochs: 4 }, { seeds: 1 }],
      judge: (cohort) => {
        shown.push(cohort);
        return cohort.map(({ trialId }) => trialId);
      },
    };
    const first = plan.runs.filter(({ seed }) => seed === plan.spec.seeds[0]);
    const { runId = '', trialId } = first.find((run) => endOf(run) > 4) ?? {};
    for (const last of [1, 3, 4]) {
      const sweep = new Sweep();
      sweep.failing.set(runId, last);
      await sweep.launch(wholeGrid, stopper);
      const cohorts = shown.splice(0);
      const own = cohorts.map((cohort) => cohort.find((trial) => trial.trialId === trialId)?.scores);
      expect(own.map((scores) => scores?.length)).toEqual([last >= 2 ? 1 : 0, last >= 4 ? 1 : 0, 0]);
    }
  });

  test('takes recorded decisions over, even where it would decide otherwise today', async () => {
    const sweep = new Sweep();
    sweep.decisions.push({ type: 'cohort', points: [{ gamma: 7 }] }, { type: 'done' });
    await sweep.launch(climber, noStopper);
    const own = withRecorded(plan, sweep.decisions).trials.at(-1);
    expect(own?.point).toEqual({ gamma: 7 });
    expect(sweep.begun).toHaveLength(4 * plan.spec.seeds.length);
  });
});
