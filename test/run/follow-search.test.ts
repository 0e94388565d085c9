import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import { planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { followSearch, withRecorded } from '../../src/run/follow-search.js';
import type { Decision } from '../../src/search/decision.js';
import type { Sampler } from '../../src/search/search.js';
import type { Stopper } from '../../src/search/stopper.js';
import { noStopper } from '../../src/search/stoppers/none.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { Run } from '../../src/sweep.js';

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

/** What a run comes to depends on its id alone, as training does. */
function outcome({ runId }: Run): MetricValues {
  const value = Number.parseInt(runId.slice(0, 6), 16) / 0xffffff;
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, value])) as MetricValues;
}

/** A sweep that is stopped after so many trained runs, and what is left of it. */
class Sweep {
  readonly decisions: Decision[] = [];
  readonly results = new Map<string, MetricValues>();
  readonly pruned = new Set<string>();
  /** In order of training. */
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
      train: async (runs) => {
        for (const run of runs) {
          if (this.results.has(run.runId)) continue;
          if (left-- <= 0) return false;
          this.results.set(run.runId, outcome(run));
          this.trained.push(run.runId);
        }
        return true;
      },
      prune: async (runs) => {
        for (const { runId } of runs) this.pruned.add(runId);
      },
      scores: async () => this.results,
    });
  }
}

describe('a search', () => {
  test('without feedback trains the plan in its order and decides nothing', async () => {
    const sweep = new Sweep();
    await sweep.launch({ mostPoints: 3, learns: false, propose: () => 'done' }, noStopper);
    expect(sweep.trained).toEqual(plan.runs.map(({ runId }) => runId));
    expect(sweep.decisions).toEqual([]);
  });

  test('shows the sampler completed cohorts, and ends when it is done', async () => {
    const sweep = new Sweep();
    await sweep.launch(climber, noStopper);
    expect(sweep.decisions.map(({ type }) => type)).toEqual(['cohort', 'cohort', 'done']);
    const whole = withRecorded(plan, sweep.decisions);
    expect(whole.trials).toHaveLength(plan.trials.length + 4);
    expect(new Set(sweep.trained)).toEqual(new Set(whole.runs.map(({ runId }) => runId)));
  });

  test('trains seeds rung by rung, and no further seed of what the stopper dropped', async () => {
    const sweep = new Sweep();
    await sweep.launch({ mostPoints: 3, learns: false, propose: () => 'done' }, halving);
    expect(sweep.trained).toHaveLength(3 + 2 + 2);
    expect(sweep.pruned.size).toBe(3 + 2);
    expect(sweep.trained.filter((runId) => sweep.pruned.has(runId))).toEqual([]);
  });

  test('goes the same way however often it was stopped', async () => {
    const undisturbed = new Sweep();
    await undisturbed.launch(climber, halving);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }), async (stops) => {
        const sweep = new Sweep();
        for (const most of stops) await sweep.launch(climber, halving, most);
        await sweep.launch(climber, halving);
        expect(sweep).toEqual(undisturbed);
      }),
    );
  });

  test('takes recorded decisions over, even where it would decide otherwise today', async () => {
    const sweep = new Sweep();
    sweep.decisions.push({ type: 'cohort', points: [{ gamma: 7 }] }, { type: 'done' });
    await sweep.launch(climber, noStopper);
    const own = withRecorded(plan, sweep.decisions).trials.at(-1);
    expect(own?.point).toEqual({ gamma: 7 });
    expect(sweep.trained).toHaveLength(4 * plan.spec.seeds.length);
  });
});
