import { beforeAll, describe, expect, test } from 'vitest';
import { axisParts, drawnAxes, partOf } from '../../src/analysis/axis-parts.js';
import { axisImportance } from '../../src/analysis/findings/axis-importance.js';
import type { Dataset } from '../../src/data/dataset.js';
import { estimateMeasured } from '../../src/metrics/estimates/estimate-trials.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { SweepSpec } from '../../src/spec/sweep-spec.js';
import { render } from '../../src/views/render.js';
import { type OutcomeOf, recordSweep, reportAndSuggestion, smallTable } from './recorded-sweep.js';

const HEAD = 'method: sobol\ntrials: 32\nseeds: 2\ndata: {source: t.csv, label: y}\n';
const AXES = 'parameters: {gamma: {min: 0.0, max: 5}, dropout: {min: 0.0, max: 0.3}}\n';
let dataset: Dataset;

beforeAll(async () => {
  dataset = await smallTable();
});

async function reportOf(text: string, outcomeOf: OutcomeOf) {
  const path = `memory:drawn-${text.length}-${outcomeOf.toString().length}`;
  const { spec } = await recordSweep(path, `name: a\n${text}`, dataset, outcomeOf);
  return reportAndSuggestion(path, spec.name);
}

const rangeOf = (spec: SweepSpec, knob: string) =>
  spec.spaces[0]?.axes.find((axis) => axis.knob === knob)?.distribution;

/** The better, the more dropout; γ does nothing. */
const rising: OutcomeOf = ({ dropout }) => {
  const recall = 0.6 + Number(dropout);
  return { recalls: [recall, recall, recall], chosenEpoch: 1, stoppedBy: 'patience' };
};

describe('a report on drawn configurations', () => {
  test('compares parts of each axis, and knows which one matters', async () => {
    const { report } = await reportOf(HEAD + AXES, rising);
    const [{ importance, maps } = { importance: null, maps: [] }] = report.grids;
    const [first, second] = importance?.axes ?? [];
    expect([first?.knob, second?.knob]).toEqual(['dropout', 'gamma']);
    expect(first?.share).toBeGreaterThan(0.8);
    expect(second?.share).toBeLessThan(0.1);
    expect([first?.matters, second?.matters]).toEqual([true, false]);
    expect(second?.values.every(({ isTied }) => isTied)).toBe(true);
    expect(first?.values.map(({ configurations }) => configurations)).toEqual(
      first?.values.map(() => expect.closeTo(32 / 3, -1)),
    );
    expect(first?.best.label).toMatch(/^0\.[12]\d* to 0\.(29|3)/);
    expect(maps[0]?.rows.labels).toHaveLength(first?.values.length ?? 0);
    const text = await render('report', report, { format: 'table' });
    expect(String(text)).toContain('Drawn numbers are compared in parts');
  });

  test('suggests a wider range where the best lie at its end, and one value where nothing differs', async () => {
    const { report, suggested } = await reportOf(HEAD + AXES, rising);
    expect(report.advice.map(({ id }) => id)).toContain('edge-of-grid');
    const next = rangeOf(parseSpec(suggested ?? ''), 'dropout');
    expect(rangeOf(parseSpec(suggested ?? ''), 'gamma')).toMatchObject({ type: 'constant' });
    expect(next).toMatchObject({ type: 'uniform', min: 0 });
    expect((next as { max: number }).max).toBeGreaterThan(0.3);
  });
});

describe('axes whose numbers were drawn', () => {
  const grid = Array.from({ length: 20 }, (_, at) => ({ gamma: at % 10, alpha: at < 10 ? 1 : 2 }));
  const drawn = Array.from({ length: 24 }, (_, at) => ({ gamma: (at * 7) % 24, alpha: at % 2 }));

  test('are those with a number for almost every point, unless all combinations are there', () => {
    expect([...drawnAxes(grid)]).toEqual([]);
    expect([...drawnAxes(drawn)]).toEqual(['gamma']);
    expect([...drawnAxes(drawn.map((point) => ({ ...point, gamma: String(point.gamma) })))]).toEqual([]);
  });

  test('have parts with as many points each, and a place for every number', () => {
    const parts = axisParts(drawn).get('gamma') ?? [];
    expect(parts.map(({ label, middle }) => [label, middle])).toEqual([
      ['0 to 7', 4],
      ['8 to 15', 12],
      ['16 to 23', 20],
    ]);
    expect([-1, 7.5, 8, 99].map((value) => partOf(parts, value).low)).toEqual([0, 0, 8, 16]);
  });
});

describe('an axis that some configurations do not use', () => {
  const grid = (adam: number): OutcomeOf => {
    return ({ optimizer, momentum }) => {
      const recall = optimizer === 'adam' ? adam : momentum === 0 ? 0.6 : 0.7;
      return { recalls: [recall, recall, recall], chosenEpoch: 1, stoppedBy: 'patience' };
    };
  };
  const text =
    'seeds: 2\nparameters: {optimizer: {values: [adam, sgd]}, momentum: {values: [0, 0.9]}}\ndata: {source: t.csv, label: y}\n';
  const effects = async (adam: number) => {
    const { report } = await reportOf(`${text}# ${adam}\n`, grid(adam));
    return report.grids[0]?.importance?.axes ?? [];
  };

  test('is shown whoever is best, by what it explains among the others', async () => {
    for (const adam of [0.9, 0.3]) {
      const axes = await effects(adam);
      expect(axes.map(({ knob }) => knob)).toEqual(['optimizer', 'momentum']);
      expect(axes[1]?.values.map(({ label, configurations }) => [label, configurations]).toSorted()).toEqual([
        ['0', 1],
        ['0.9', 1],
      ]);
      expect((axes[0]?.share ?? 0) + (axes[1]?.share ?? 0)).toBeCloseTo(1, 6);
      expect(axes[1]?.share).toBeLessThan(0.2);
    }
  });

  test('is drawn where its numbers were, and those that lack it are in no part', () => {
    const points = Array.from({ length: 24 }, (_, at) =>
      at % 3 === 0 ? { optimizer: 'adam' } : { optimizer: 'sgd', momentum: ((at * 7) % 24) / 24 },
    );
    expect([...drawnAxes(points)]).toEqual(['momentum']);
    const parts = axisParts(points).get('momentum') ?? [];
    expect(parts.every(({ low, high }) => low <= high)).toBe(true);
    expect(parts[0]?.low).toBeGreaterThan(0);
  });
});

test('intervals of an axis take off how much too high the means of its configurations come out', async () => {
  const { report } = await reportOf(
    'seeds: 3\nparameters: {dropout: {values: [0, 0.2]}, gamma: {values: [0, 2]}}\ndata: {source: t.csv, label: y}\n',
    rising,
  );
  const seeds = report.configurations.map(({ ranked }) => new Map([0, 1].map((seed) => [seed, ranked.mean])));
  const estimates = estimateMeasured('macro_f1', seeds, { draws: 200, seed: 0 });
  const intervals = (bias: number) => {
    const biased = { ...estimates, biases: seeds.map(() => bias) };
    const importance = axisImportance(report.configurations, biased, {
      metric: report.sweep.metric,
      space: null,
    });
    return importance?.axes.flatMap(({ values }) => values.map(({ interval }) => interval.high)) ?? [];
  };
  expect(intervals(0).length).toBe(4);
  expect(intervals(0.05)).toEqual(intervals(0).map((high) => expect.closeTo(high - 0.05, 12)));
});
