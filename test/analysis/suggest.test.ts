import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { seedAdvice } from '../../src/analysis/advice/advice-seeds.js';
import type { SweepReport } from '../../src/analysis/report.js';
import { chosenSpec } from '../../src/analysis/suggest/chosen-spec.js';
import type { Dataset } from '../../src/data/dataset.js';
import { planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { valuesOf as valuesOfAxis } from '../../src/spec/distribution.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { TrialConfig } from '../../src/sweep.js';
import { render } from '../../src/views/render.js';
import { cases } from '../property-cases.js';
import {
  type Outcome,
  type OutcomeOf,
  recordSweep,
  reportAndSuggestion,
  smallTable,
} from './recorded-sweep.js';

const DATA = 'data: {source: t.csv, label: y}\n';
/** Trained to the end, rare rows found, nothing to complain of. */
const GOOD: Exclude<Outcome, string> = { recalls: [0.9, 0.9, 0.9], chosenEpoch: 1, stoppedBy: 'patience' };
let dataset: Dataset;
let stores = 0;

beforeAll(async () => {
  dataset = await smallTable();
});

const fresh = (): string => `memory:suggest-${stores++}`;

/** The advice on a sweep, and the axes of what is suggested after it. */
async function adviceOn(text: string, outcomeOf: OutcomeOf, path = fresh(), table = dataset) {
  const { spec } = await recordSweep(path, text, table, outcomeOf);
  const { report, suggested } = await reportAndSuggestion(path, spec.name);
  const next = suggested === null ? null : planSweep(parseSpec(suggested), table, 'native/addon@3').spec;
  const valuesOf = (knob: keyof TrialConfig) => {
    const axis = next?.spaces[0]?.axes.find((candidate) => candidate.knob === knob);
    return axis && valuesOfAxis(axis.distribution);
  };
  return {
    report,
    suggested,
    next,
    valuesOf,
    of: (id: string) => report.advice.filter((piece) => piece.id === id),
  };
}

const recallsOf = (recall: number): Outcome => ({ ...GOOD, recalls: [recall, recall, recall] });

describe('trees of many classes', () => {
  const classes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, cls) => [`c${cls}`, 40]));
  const outcome =
    (count: number): OutcomeOf =>
    () => ({ ...GOOD, recalls: Array(count).fill(0.9) });
  const spec = (rest: string) =>
    `name: a\nmodel: {type: trees}\nparameters: {max_leaves: {values: [7, 15]}${rest}\n${DATA}`;

  test('are to be tried shared, with the rounds that they need', async () => {
    const table = await smallTable(classes(12));
    const { of, valuesOf, next } = await adviceOn(spec('}'), outcome(12), fresh(), table);
    expect(of('shared-trees')[0]?.evidence).toContain('12 trees');
    expect(valuesOf('multi_output')).toEqual([false, true]);
    expect(next?.spaces[0]?.base.epochs).toBe(300);
  });

  test('are not where they were, and with few classes', async () => {
    const tried = spec(', multi_output: {values: [false, true]}}');
    const many = await adviceOn(tried, outcome(12), fresh(), await smallTable(classes(12)));
    expect(many.of('shared-trees')).toEqual([]);
    const few = await adviceOn(spec('}'), outcome(9), fresh(), await smallTable(classes(9)));
    expect(few.of('shared-trees')).toEqual([]);
  });
});

describe('a value that diverged', () => {
  const TEXT = `name: a\nparameters: {learning_rate: {values: [100, 0.01]}, optimizer: {values: [adam, sgd]}}\nseeds: 2\n${DATA}`;

  test('is named with counts and goes', async () => {
    const { of, valuesOf } = await adviceOn(TEXT, ({ learning_rate }) =>
      learning_rate === 100 ? 'diverged' : GOOD,
    );
    expect(of('diverged').map(({ title }) => title)).toEqual(['learning_rate 100 diverged in 8 of 8 runs']);
    expect(valuesOf('learning_rate')).toEqual([0.01]);
  });

  test('is named with what it diverged with, where only some combinations did', async () => {
    const { of, valuesOf } = await adviceOn(TEXT, ({ learning_rate, optimizer }) =>
      learning_rate === 100 && optimizer === 'sgd'
        ? 'diverged'
        : recallsOf(learning_rate === 100 ? 0.6 : 0.9),
    );
    expect(of('diverged').map(({ title }) => title)).toEqual(['learning_rate 100 diverged in 4 of 8 runs']);
    expect(of('diverged')[0]?.evidence).toContain('All diverged runs had optimizer sgd.');
    expect(valuesOf('learning_rate')).toEqual([0.01]);
  });

  test('never is the winner’s: the other value goes', async () => {
    const { valuesOf } = await adviceOn(TEXT, ({ learning_rate, optimizer }) =>
      learning_rate === 100 && optimizer === 'sgd'
        ? 'diverged'
        : recallsOf(learning_rate === 100 ? 0.9 : 0.6),
    );
    expect(valuesOf('learning_rate') ?? [100, 0.01]).toContain(100);
    expect(valuesOf('optimizer')).toEqual(['adam']);
  });

  test('is lowered where there is no other, although no run has finished', async () => {
    const { report, valuesOf, next } = await adviceOn(
      `name: a\n${DATA}train: {learning_rate: 50}\n`,
      () => 'diverged',
    );
    expect(report.best).toBeNull();
    expect(report.advice[0]?.title).toBe('learning_rate 50 diverged in 6 of 6 runs');
    for (const format of ['table', 'md'] as const)
      expect((await render('report', report, { format })).replaceAll('\\', '')).toContain(
        'learning_rate 50 diverged in 6 of 6 runs',
      );
    expect(await render('report', report, { format: 'html' })).toContain(
      'learning_rate 50 diverged in 6 of 6 runs',
    );
    expect(valuesOf('learning_rate')).toEqual([1]);
    expect(next?.spaces[0]?.base.learning_rate).toBe(0.001);
  });

  test('is the winner’s no more where its own runs diverged: nothing else is advised then', async () => {
    const { report, valuesOf } = await adviceOn(TEXT, ({ learning_rate }, seed) =>
      learning_rate === 100 ? (seed === 1 ? recallsOf(0.95) : 'diverged') : recallsOf(0.6),
    );
    expect(report.best?.config.learning_rate).toBe(100);
    expect(report.advice.map(({ title }) => title)).toEqual(['learning_rate 100 diverged in 4 of 8 runs']);
    expect(valuesOf('learning_rate')).toEqual([0.01]);
    const all = await adviceOn(TEXT, (_config, seed) => (seed === 1 ? GOOD : 'diverged'));
    expect(all.valuesOf('learning_rate')).toEqual([0.001]);
    expect(all.valuesOf('optimizer')).toEqual(['adam', 'sgd']);
  });

  test('is joined by a lower one, where only the baseline of the winner diverged, and never by a higher one', async () => {
    const rates = (lower: number) =>
      adviceOn(
        `name: a\nparameters: {gamma: {values: [1, 2]}, learning_rate: {values: [0.3, ${lower}]}}\n${DATA}`,
        ({ gamma, learning_rate }) =>
          gamma === 0 && learning_rate === 0.3 ? 'diverged' : recallsOf(learning_rate === 0.3 ? 0.9 : 0.6),
      );
    expect((await rates(0.03)).valuesOf('learning_rate')).toEqual([0.3, 0.03, 0.1]);
    expect((await rates(0.1)).of('diverged')).toHaveLength(1);
    expect((await rates(0.1)).of('edge-of-grid')).toEqual([]);
  });

  test('of the loss stays where only baselines diverged, which every sweep has', async () => {
    const { of, valuesOf } = await adviceOn(
      `name: a\nparameters: {learning_rate: {values: [100, 0.01]}, alpha: {values: [1, balanced]}}\ntrain: {gamma: 0}\n${DATA}`,
      ({ alpha, learning_rate }) =>
        alpha === 1 && learning_rate === 100 ? 'diverged' : recallsOf(learning_rate === 100 ? 0.9 : 0.6),
    );
    expect(valuesOf('learning_rate')).toEqual([100, 0.01, 1]);
    expect(of('diverged').map(({ action }) => action)).toEqual(['Try learning_rate 1 as well.']);
  });

  test('is another thing than a run that failed by itself', async () => {
    const { of } = await adviceOn(TEXT, ({ learning_rate }) => (learning_rate === 100 ? 'crashed' : GOOD));
    expect(of('diverged')).toEqual([]);
  });
});

describe('advice on an axis', () => {
  test('keeps the winner’s value where there is no evidence between values', async () => {
    const { report, of, valuesOf } = await adviceOn(
      `name: a\nparameters: {gamma: {values: [0, 2]}, dropout: {values: [0, 0.5]}}\nseeds: 3\n${DATA}`,
      // With dropout γ = 2 is ahead on average, without it behind, and neither in every seed.
      ({ gamma, dropout }, seed) => {
        const change = (dropout === 0 ? [-0.06, -0.03, 0.05] : [0.12, -0.06, 0.06])[seed - 1] ?? 0;
        return recallsOf((dropout === 0 ? 0.9 : 0.6) + (gamma === 0 ? 0 : change));
      },
    );
    expect(report.best?.config.gamma).toBe(0);
    expect(report.grids[0]?.importance?.axes.find(({ knob }) => knob === 'gamma')?.best.value).toBe(2);
    expect(of('idle-axis')[0]?.action).toMatch(/^Fix gamma at 0,/);
    expect(valuesOf('gamma')).toEqual([0]);
  });

  test('keeps a value that only baselines have: fixing the other one would plan the same runs', async () => {
    const { of, suggested } = await adviceOn(
      `name: a\nparameters: {alpha: {values: [balanced, 1]}, gamma: {values: [0]}}\nseeds: 5\n${DATA}`,
      ({ alpha }, seed) => recallsOf(0.9 + (alpha === 1 ? 0.001 : 0.002) * (seed % 3)),
    );
    expect(of('idle-axis')).toEqual([]);
    expect(suggested).toBeNull();
  });

  test('is kept where other values help the rare classes, whatever they do to the ranking metric', async () => {
    const { of } = await adviceOn(
      `name: a\nmetric: {name: accuracy}\nchoose: [{name: overall, maximize: accuracy}]\nparameters: {alpha: {values: [1, balanced]}, hidden: {values: [[8], [16, 8]]}}\nseeds: 5\ntrain: {gamma: 0}\n${DATA}`,
      ({ alpha, hidden }, seed) => ({
        ...GOOD,
        recalls: [
          (hidden.length > 1 ? 0.4 : 0.8) +
            (alpha === 1 ? 0.05 : 0) +
            ((seed % 3) - 1) * (alpha === 1 ? 0.1 : -0.1),
          0.8,
          alpha === 1 ? 0.3 : 0.5,
        ],
      }),
    );
    expect(of('idle-axis')).toEqual([]);
  });

  test('that the baseline keeps from being fixed is for people to decide, and changes no seeds', async () => {
    const { of, suggested } = await adviceOn(
      `name: a\nbaseline: {dropout: 0.5}\nparameters: {dropout: {values: [0, 0.5]}, hidden: {values: [[8], [16, 8]]}}\nseeds: 5\n${DATA}`,
      ({ dropout, hidden }, seed) =>
        recallsOf((hidden.length > 1 ? 0.5 : 0.9) + (dropout === 0 ? 0.021 : 0.02) * (seed % 3)),
    );
    expect(of('idle-axis').map(({ changes }) => changes)).toEqual([[]]);
    expect(parseSpec(suggested ?? `name: b\nseeds: 5\n${DATA}`).seeds).toHaveLength(5);
  });

  test('that is fixed alone trains nothing new, so the runs go to seeds', async () => {
    const { of, next } = await adviceOn(
      `name: a\nparameters: {dropout: {values: [0, 0.5]}, hidden: {values: [[8], [16, 8]]}}\nseeds: 5\n${DATA}`,
      ({ dropout, hidden }, seed) =>
        recallsOf((hidden.length > 1 ? 0.5 : 0.9) + (dropout === 0 ? 0.02 : 0.021) * (seed % 3)),
    );
    expect(of('idle-axis')).toHaveLength(1);
    expect(next?.seeds).toHaveLength(10);
  });

  test('keeps an axis on which the choices for different aims differ', async () => {
    const outcomeOf: OutcomeOf = ({ alpha }) => ({
      ...GOOD,
      recalls: alpha === 1 ? [0.9, 0.9, 0.6] : [0.84, 0.87, 0.68],
    });
    const { report, of } = await adviceOn(
      `name: a\nparameters: {alpha: {values: [1, balanced]}, hidden: {values: [[8], [16, 8], [64]]}}\nseeds: 5\ntrain: {gamma: 0}\nchoose: [{name: overall, maximize: macro_f1}, {name: rare, maximize: rare_recall}]\n${DATA}`,
      (config, seed) => {
        const good = outcomeOf(config, seed);
        return typeof good !== 'string' && config.hidden.length > 1
          ? { ...good, recalls: [0.5, 0.5, 0.3] }
          : good;
      },
    );
    const alphas = report.choices.map(({ configuration }) => configuration?.config.alpha);
    expect(new Set(alphas).size).toBe(2);
    expect(of('idle-axis').filter(({ title }) => title.startsWith('alpha'))).toEqual([]);
  });

  test('goes beyond the edge where the edge beats its neighbour', async () => {
    const { valuesOf } = await adviceOn(
      `name: a\nparameters: {gamma: {values: [0, 1, 2]}}\nseeds: 3\n${DATA}`,
      ({ gamma }) => recallsOf(0.5 + gamma / 5),
    );
    expect(valuesOf('gamma')).toEqual([0, 1, 2, 3]);
  });

  test('stays where the edge and its neighbour are alike, though a third value is worse', async () => {
    const { of } = await adviceOn(
      `name: a\nparameters: {gamma: {values: [0, 1, 2]}}\nseeds: 3\n${DATA}`,
      ({ gamma }) => recallsOf(gamma === 0 ? 0.5 : 0.9 + gamma / 1000),
    );
    expect(of('edge-of-grid')).toEqual([]);
  });

  test('stays within bounds', async () => {
    const text = `name: a\nparameters: {gamma: {values: [4, 5]}}\nseeds: 3\n${DATA}`;
    const { of } = await adviceOn(text, ({ gamma }) => recallsOf(gamma / 6));
    expect(of('edge-of-grid')).toEqual([]);
  });

  test('does not take the baseline for news, unless classes are weighted', async () => {
    const gammas = async (alpha: string) => {
      const text = `name: a\nparameters: {gamma: {values: [1, 2]}}\ntrain: {alpha: ${alpha}}\nseeds: 3\n${DATA}`;
      return (await adviceOn(text, ({ gamma }) => recallsOf(0.9 - gamma / 5))).valuesOf('gamma');
    };
    expect(await gammas('1')).toBeUndefined();
    expect(await gammas('balanced')).toEqual([0, 1, 2]);
  });

  test('does not follow a wide axis with a step as wide', async () => {
    const { valuesOf } = await adviceOn(
      `name: a\nparameters: {learning_rate: {values: [1, 0.0001]}}\nseeds: 3\n${DATA}`,
      ({ learning_rate }) => recallsOf(learning_rate === 1 ? 0.4 : 0.9),
    );
    expect(valuesOf('learning_rate')).toEqual([0.00001, 0.0001, 1]);
  });
});

describe('advice on rare classes that no aim is about', () => {
  const TEXT = `name: a\nparameters: {alpha: {values: [1, balanced]}}\nchoose: [{name: x, maximize: macro_f1}]\n${DATA}`;
  const most =
    (rare: number): OutcomeOf =>
    (config) => ({
      ...GOOD,
      recalls: 'alpha' in config && config.alpha === 1 ? [1, 0.9, 0.1] : [0.6, 0.6, rare],
    });

  test('looks at the configuration that finds most of them, not at the best one', async () => {
    const found = await adviceOn(TEXT, most(0.6));
    expect(found.report.best?.config.alpha).toBe(1);
    expect(found.of('rare-recall-low')).toEqual([]);
    const missed = await adviceOn(TEXT, most(0.4));
    expect(missed.report.best?.config.alpha).toBe(1);
    expect(missed.of('rare-recall-low')[0]?.evidence).toMatch(
      /^The configuration that finds most of them, alpha=balanced, has a rare recall of 0\.433/,
    );
  });
});

test('a constant is no range: what was tried stays', async () => {
  const text = `name: a\nparameters: {alpha: {distribution: constant, value: 1}, gamma: {values: [0, 2]}}\n${DATA}`;
  const missing: OutcomeOf = () => ({ ...GOOD, recalls: [0.9, 0.9, 0.1] });
  const { valuesOf } = await adviceOn(text, missing);
  expect(valuesOf('alpha')).toEqual([1, 'balanced']);
});

describe('advice after one seed', () => {
  test('is to use more seeds, and calls no axis idle', async () => {
    const text = `name: a\nparameters: {gamma: {values: [0, 2]}, alpha: {values: [1, balanced]}}\nseeds: 1\n${DATA}`;
    const { of, next, report } = await adviceOn(text, () => recallsOf(0.8));
    expect(of('idle-axis')).toEqual([]);
    expect(next?.seeds.length).toBeGreaterThan(1);
    const shown = await render('ranking', report, { format: 'md' });
    expect(shown).toContain('(2,000 draws) alone: one seed says nothing of what other seeds would give.');
  });
});

describe('advice on rare classes', () => {
  test('adds one remedy at a time, γ last, and none that was tried before', async () => {
    const path = fresh();
    const missing: OutcomeOf = () => ({ ...GOOD, recalls: [0.9, 0.9, 0.1] });
    const added = async (name: string, train: string) =>
      (await adviceOn(`name: ${name}\nseeds: 3\ntrain: ${train}\n${DATA}`, missing, path)).next?.spaces[0]
        ?.axes;
    expect(await added('a', '{gamma: 0}')).toEqual([
      { knob: 'alpha', distribution: { type: 'values', values: [1, 'balanced'] } },
    ]);
    expect(await added('a-2', '{gamma: 0, alpha: balanced}')).toEqual([
      { knob: 'sampler', distribution: { type: 'values', values: ['shuffle', 'weighted'] } },
    ]);
    expect(await added('a-3', '{gamma: 0, sampler: weighted}')).toEqual([
      { knob: 'gamma', distribution: { type: 'values', values: [0, 2] } },
    ]);
    expect(await added('a-4', '{gamma: 2}')).toBeUndefined();
  });
});

describe('advice on seeds', () => {
  const TEXT = `name: a\nparameters: {dropout: {values: [0, 0.5]}}\nseeds: 4\ntrain: {gamma: 0}\n${DATA}`;
  /** Dropout 0.5 is behind by `gap` on average, by more or less in odd and even seeds. */
  const noisy =
    (gap: number, noise: number): OutcomeOf =>
    ({ dropout }, seed) =>
      recallsOf(0.8 - (dropout === 0 ? 0 : gap + (seed % 2 === 0 ? noise : -noise)));

  test('asks for none beyond reason: equal is the word', async () => {
    const { of, suggested } = await adviceOn(TEXT, noisy(0.005, 0.1));
    expect(of('more-seeds')).toEqual([]);
    expect(of('treat-as-equal')[0]?.action).toMatch(/^Treat them as equal/);
    expect(parseSpec(suggested ?? TEXT).seeds).toHaveLength(4);
  });

  test('is to use five before more rows: what fewer leave open looks like noise of rows', async () => {
    const seeds = async (count: number) =>
      adviceOn(TEXT.replace('seeds: 4', `seeds: ${count}`), noisy(0.05, 0.06));
    const few = await seeds(2);
    expect(few.of('more-rows')).toEqual([]);
    expect(few.of('more-seeds')[0]?.action).toBe('Use 5 seeds: 2 tell little of the noise between seeds.');
    expect(few.next?.seeds).toHaveLength(5);
  });

  test('is to repeat folds, unless they are by time', async () => {
    const { report } = await adviceOn(TEXT, noisy(0.1, 0.1));
    const [best, second] = report.configurations;
    if (best === undefined || second?.behindBest == null) throw new Error('there is no second configuration');
    // As many rows as make the seeds the only noise.
    const next = { ...second, isTied: true, behindBest: { ...second.behindBest, error: 0 } };
    const advice = (specText: string) =>
      seedAdvice({ ...report, configurations: [best, next], sweep: { ...report.sweep, specText } }, best, {
        seeds: [1, 2, 3, 4],
        changes: [],
      });
    const folds = (split: string) => advice(`data: {split: {folds: 4${split}}}`);
    expect(advice(TEXT).map(({ changes }) => changes[0]?.path)).toEqual([['seeds']]);
    expect(folds('').map(({ changes }) => changes[0]?.path)).toEqual([['data', 'split', 'repeats']]);
    expect(folds(', time: when')).toEqual([
      expect.objectContaining({
        id: 'treat-as-equal',
        evidence: expect.stringMatching(/folds by time cannot be repeated\.$/),
        changes: [],
      }),
    ]);
  });

  test('keeps the seeds that have results', async () => {
    const { next } = await adviceOn(
      `name: a\nparameters: {dropout: {values: [0, 0.5]}}\nseeds: [3]\n${DATA}`,
      () => GOOD,
    );
    expect(next?.seeds).toEqual([3, 1, 2, 4, 5]);
    const zero = await adviceOn(
      `name: a\nparameters: {dropout: {values: [0, 0.5]}}\nseeds: [0]\n${DATA}`,
      () => GOOD,
    );
    expect(zero.next?.seeds).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a model below the majority class', () => {
  test('is told from the share of that class', async () => {
    const bad = { ...GOOD, recalls: [0.5, 0.6, 0.6] };
    const { of } = await adviceOn(
      `name: a\nparameters: {gamma: {values: [0, 2]}}\nseeds: 2\n${DATA}`,
      ({ gamma }) => (gamma === 0 ? GOOD : bad),
    );
    expect(of('below-majority').map(({ title }) => title)).toEqual([
      '1 of 2 configurations is no more accurate than always predicting many',
    ]);
    expect(of('below-majority')[0]?.evidence).toContain('right for 0.600 of the validation rows');
    const all = await adviceOn(`name: a\nseeds: 2\n${DATA}`, () => bad);
    expect(all.of('below-majority')[0]?.title).toMatch(/^The best configuration/);
    expect(all.of('below-majority')[0]?.action).toMatch(/try other learning rates\.$/);
    const weighed = await adviceOn(
      `name: a\nparameters: {alpha: {value: balanced}}\nseeds: 2\n${DATA}`,
      ({ alpha }) => (alpha === 1 ? { ...bad, recalls: [0.4, 0.4, 0.4] } : bad),
    );
    expect(weighed.of('below-majority')[0]?.action).toMatch(
      /try other learning rates or no class weights\.$/,
    );
  });
});

describe('a suggested spec', () => {
  const untrained: OutcomeOf = () => ({ recalls: [0.9, 0.6, 0.1], chosenEpoch: 30 });

  test.each([
    ['without train: and model:', `name: a\nparameters: {gamma: {values: [0, 1]}}\n${DATA}`],
    [
      'with knobs in train: and model:',
      `name: a\n${DATA}train: {alpha: 1, sampler: shuffle}\nmodel: {hidden: [8]}\n`,
    ],
    ['without parameters:', `name: a\n${DATA}`],
    ['in flow style', `{name: a, ${DATA.trim()}, train: {gamma: 0, sampler: shuffle}}\n`],
    [
      'with anchors',
      `name: &n a\ndescription: *n\ntrain: &t {gamma: 0}\nparameters: {alpha: &a {values: [1, 2]}}\n${DATA}`,
    ],
    [
      'with an alias for a section',
      `name: a\nparameters: {gamma: &g {values: [0, 1]}, dropout: {values: &d [0, 0.5]}, mixup: {values: *d}}\n${DATA}`,
    ],
    ['with folds', `name: a\n${DATA.replace('}', ', split: {folds: 3}}')}`],
    ['with comments', `# why\nname: a # the name\n${DATA}# training\ntrain:\n  # few\n  epochs: 3\n`],
  ])('is valid after a spec %s', async (_what, text) => {
    const { next, report } = await adviceOn(text, untrained);
    expect(report.advice.map(({ id }) => id)).toContain('rare-recall-low');
    expect(next?.name).toBe('a-2');
    if (report.best === null) throw new Error('there is no best configuration');
    expect(parseSpec(chosenSpec(report, report.best)).name).toBe('a-chosen');
  });

  test('has a name of 100 characters at most, whatever characters', async () => {
    for (const letter of ['x', '𝒳', 'é']) {
      const name = letter.repeat(100);
      const path = fresh();
      const { next, report } = await adviceOn(`name: ${name}\n${DATA}`, untrained, path);
      if (report.best === null) throw new Error('there is no best configuration');
      expect(parseSpec(chosenSpec(report, report.best)).name).toBe(`${letter.repeat(93)}-chosen`);
      expect(next?.name).toBe(`${letter.repeat(96)}-2`);
      const later = await adviceOn(`name: ${next?.name}\n${DATA}seeds: 1\n`, untrained, path);
      expect(later.next?.name).toBe(`${letter.repeat(96)}-3`);
    }
  });

  test('counts on, takes no name that is there, and leaves the user’s own numbers alone', async () => {
    const path = fresh();
    const nameAfter = async (name: string) =>
      (await adviceOn(`name: ${name}\n${DATA}`, untrained, path)).next?.name;
    expect(await nameAfter('flows')).toBe('flows-2');
    expect(await nameAfter('flows-3')).toBe('flows-4');
    expect(await nameAfter('flows')).toBe('flows-2');
    expect(await nameAfter('flows-2')).toBe('flows-4');
    expect(await nameAfter('malware-21')).toBe('malware-21-2');
  });

  test('has the preface of the last suggestion alone', async () => {
    const path = fresh();
    const suggestedAfter = async (text: string) => (await adviceOn(text, untrained, path)).suggested ?? '';
    const second = await suggestedAfter(await suggestedAfter(`# mine\nname: a\n${DATA}`));
    expect(second.match(/^# Suggested from/gm)).toHaveLength(1);
    expect(second).toContain('# mine');
  });

  test('drops configurations early where it would train hundreds of runs', async () => {
    const text = (seeds: number) =>
      `name: a\nparameters: {gamma: {values: [0, 1, 2, 3]}, learning_rate: {values: [0.001, 0.003, 0.01, 0.03]}}\nseeds: ${seeds}\n${DATA}`;
    const few = await adviceOn(text(2), untrained);
    expect(few.next?.stop).toEqual({ type: 'none' });
    const many = await adviceOn(text(60), untrained);
    expect(many.suggested).toContain('\nstop: {type: halving_then_racing}\n');
    expect(many.next?.stop.type).toBe('halving_then_racing');
  });

  test('is none where nothing calls for a change', async () => {
    const { suggested } = await adviceOn(`name: a\nseeds: 3\ntrain: {gamma: 0}\n${DATA}`, () => GOOD);
    expect(suggested).toBeNull();
  });
});

const axes = fc.record(
  {
    gamma: fc.uniqueArray(fc.constantFrom(0, 0.5, 1, 2, 5), { minLength: 1, maxLength: 3 }),
    learning_rate: fc.uniqueArray(fc.constantFrom(0.0001, 0.001, 0.01, 1, 100), {
      minLength: 1,
      maxLength: 3,
    }),
    alpha: fc.uniqueArray(fc.constantFrom<TrialConfig['alpha']>(1, 'balanced', { effective_number: 0.9 }), {
      minLength: 1,
      maxLength: 3,
      selector: (alpha) => JSON.stringify(alpha),
    }),
    dropout: fc.uniqueArray(fc.constantFrom(0, 0.2, 0.5), { minLength: 1, maxLength: 2 }),
    epochs: fc.uniqueArray(fc.constantFrom(2, 10, 1000), { minLength: 1, maxLength: 2 }),
    optimizer: fc.uniqueArray(fc.constantFrom('adam', 'sgd'), { minLength: 1, maxLength: 2 }),
    hidden: fc.uniqueArray(fc.constantFrom([], [8], [8, 8]), {
      minLength: 1,
      maxLength: 2,
      selector: String,
    }),
  },
  { requiredKeys: [] },
);
const specs = fc
  .record({
    name: fc.constantFrom('a', 'x-2', 'long '.repeat(20).trim(), '√2'.replace('√', 'é')),
    axes,
    asConstants: fc.subarray(['gamma', 'learning_rate', 'dropout', 'epochs', 'optimizer', 'hidden'] as const),
    seeds: fc.constantFrom<unknown>(undefined, 1, 2, [7], [9, 4]),
    metric: fc.constantFrom('macro_f1', 'rare_recall', 'log_loss', 'accuracy'),
    stop: fc.constantFrom<object>(
      {},
      {},
      { stop: { type: 'halving_then_racing', grace: 1 } },
      { stop: { type: 'median' } },
      { early_terminate: { type: 'hyperband', min_iter: 4 } },
      { early_terminate: { type: 'hyperband', max_iter: 900, s: 3 } },
    ),
    baseline: fc.constantFrom('optimizer', 'dropout', 'learning_rate', undefined, undefined),
    where: fc.constantFrom<object>({}, {}, { where: 'epochs < 1000 or learning_rate < 1' }),
  })
  .map(({ name, axes, asConstants, seeds, metric, stop, baseline, where }) => {
    const valuesOf = (knob: 'epochs' | 'learning_rate', otherwise: number) => {
      const values = axes[knob] ?? [otherwise];
      return (asConstants as readonly string[]).includes(knob) ? values.slice(0, 1) : values;
    };
    const most = Math.max(...valuesOf('epochs', 30));
    const isLate = most <= ('early_terminate' in stop ? 300 : 5);
    const isEmpty =
      Math.min(...valuesOf('epochs', 30)) >= 1000 && Math.min(...valuesOf('learning_rate', 0.001)) >= 1;
    const [named] = baseline === undefined ? [] : (axes[baseline] ?? []);
    const constants = Object.entries(axes).filter(([knob]) =>
      (asConstants as readonly string[]).includes(knob),
    );
    const section = (isOfModel: boolean) =>
      Object.fromEntries(
        constants.flatMap(([knob, [value]]) =>
          (knob === 'dropout' || knob === 'hidden') === isOfModel ? [[knob, value]] : [],
        ),
      );
    const grid = Object.entries(axes).filter(([knob]) => !(asConstants as readonly string[]).includes(knob));
    return JSON.stringify({
      name,
      metric: { name: metric },
      ...(isLate ? {} : stop),
      ...(named !== undefined && { baseline: { [baseline as string]: named } }),
      ...(isEmpty ? {} : where),
      ...(grid.length > 0 && {
        parameters: Object.fromEntries(grid.map(([knob, values]) => [knob, { values }])),
      }),
      ...(seeds !== undefined && { seeds }),
      data: { source: 't.csv', label: 'y' },
      ...(constants.length > 0 && { train: section(false), model: section(true) }),
    });
  });

/** Results that depend on the configuration, the seed and the case alone. */
const results = fc
  .record({ salt: fc.nat(1000), diverging: fc.constantFrom(0, 0.2, 1), spread: fc.constantFrom(0, 0.2, 0.9) })
  .map(
    ({ salt, diverging, spread }): OutcomeOf =>
      (config, seed) => {
        const draw = (what: string): number => {
          let hash = salt + 1;
          for (const letter of JSON.stringify([what, config, seed]))
            hash = (hash * 31 + letter.charCodeAt(0)) % 9973;
          return hash / 9973;
        };
        if (config.learning_rate >= 1 && draw('diverged') < diverging) return 'diverged';
        if (draw('other') < 0.1) return draw('which') < 0.5 ? 'crashed' : 'waiting';
        const recall = 0.9 - spread * draw('recall');
        return {
          recalls: [0.9, recall, recall / 2],
          chosenEpoch: draw('late') < 0.5 ? config.epochs : 1,
          stoppedBy: draw('stop') < 0.5 ? 'epochs' : 'patience',
          lastTrainLoss: draw('loss') < 0.3 ? 1.95 : 0.1,
          trainAccuracy: draw('train'),
        };
      },
  );

const runsOf = ({ runs }: SweepPlan): string =>
  runs
    .map(({ runId }) => runId)
    .toSorted()
    .join();

/** Whether the winner is in the next plan, where it is of the grid, whole, and not trained with more epochs. */
function keptWinner({ best }: SweepReport, plan: SweepPlan, next: SweepPlan): boolean {
  const runs = plan.runs.filter(({ trialId }) => trialId === best?.trialId).length;
  if (best === null || best.addedBaseline || best.seeds.length < runs) return true;
  const epochs = ({ spec }: SweepPlan) =>
    JSON.stringify(spec.spaces[0]?.axes.find(({ knob }) => knob === 'epochs')?.distribution);
  const most = ({ spec }: SweepPlan) => spec.spaces[0]?.base.epochs;
  const isRetrained = most(next) !== most(plan) || epochs(next) !== epochs(plan);
  return isRetrained || next.trials.some(({ trialId }) => trialId === best.trialId);
}

test('whatever was trained, the suggestion is a valid spec of another sweep, which keeps the winner', async () => {
  await fc.assert(
    fc.asyncProperty(specs, results, async (text, outcomeOf) => {
      const path = fresh();
      const plan = await recordSweep(path, text, dataset, outcomeOf);
      const { report, suggested } = await reportAndSuggestion(path);
      if (suggested === null) return;
      const next = planSweep(parseSpec(suggested), dataset, 'native/addon@3');
      expect(next.spec.name).not.toBe(plan.spec.name);
      expect(runsOf(next)).not.toBe(runsOf(plan));
      expect(keptWinner(report, plan, next)).toBe(true);
    }),
    { numRuns: cases(40) },
  );
});

test('the only value of an axis stays, though it diverged and baselines have another', async () => {
  const { of, suggested } = await adviceOn(
    `name: a\nwhere: epochs < 1000 or learning_rate < 1\nparameters: {gamma: {values: [0]}, learning_rate: {values: [100]}, epochs: {values: [1000, 2]}}\n${DATA}`,
    ({ epochs }) => (epochs === 2 ? 'diverged' : GOOD),
  );
  expect(of('diverged').map(({ title }) => title)).toContain('epochs 2 diverged in 3 of 3 runs');
  expect(() => parseSpec(suggested ?? 'name: a\n')).not.toThrow(/epochs/);
});

test('a rate that `where:` leaves to baselines is not suggested again once it has diverged', async () => {
  const path = fresh();
  const rising: OutcomeOf = ({ learning_rate, epochs }) =>
    learning_rate >= 1
      ? 'diverged'
      : {
          recalls: [0.9, 0.9, 0.45],
          chosenEpoch: epochs,
          stoppedBy: 'epochs',
          lastTrainLoss: 1.95,
          trainAccuracy: 0.5,
        };
  let next: string | null = `name: a
metric: {name: rare_recall}
baseline: {optimizer: sgd}
where: epochs < 1000 or learning_rate < 1
parameters:
  gamma: {values: [0]}
  learning_rate: {values: [1, 0.1]}
  alpha: {values: [1, balanced]}
  epochs: {values: [1000]}
  optimizer: {values: [sgd, adam]}
seeds: [7]
data: {source: t.csv, label: y}
`;
  let rounds = 0;
  for (; next !== null && rounds < 12; rounds++) {
    const { spec } = await recordSweep(path, next, dataset, rising);
    next = (await reportAndSuggestion(path, spec.name)).suggested;
  }
  expect(rounds).toBeLessThan(12);
});

test('round after round of suggestions comes to an end', async () => {
  await fc.assert(
    fc.asyncProperty(specs, results, async (text, outcomeOf) => {
      const path = fresh();
      let next: string | null = text;
      for (let round = 0; next !== null; round++) {
        expect(round).toBeLessThan(25);
        const { spec } = await recordSweep(path, next, dataset, outcomeOf);
        next = (await reportAndSuggestion(path, spec.name)).suggested;
      }
    }),
    { numRuns: cases(6) },
  );
});
