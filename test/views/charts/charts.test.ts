import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../src/metric.js';
import type { Chart } from '../../../src/views/charts/chart.js';
import { shortNames, shortValues } from '../../../src/views/charts/label.js';
import { confusionChart } from '../../../src/views/charts/results/confusion-matrix.js';
import { dumbbellChart } from '../../../src/views/charts/results/dumbbells.js';
import { intervalCell } from '../../../src/views/charts/results/interval-cell.js';
import { learningCurvesChart } from '../../../src/views/charts/results/learning-curves.js';
import { precisionRecallChart } from '../../../src/views/charts/results/precision-recall.js';
import { reliabilityChart } from '../../../src/views/charts/results/reliability.js';
import { sideBySideChart, sideStyle } from '../../../src/views/charts/results/side-by-side.js';
import { tradeOffChart } from '../../../src/views/charts/results/trade-off.js';
import { distributionChart } from '../../../src/views/charts/search/distribution.js';
import { heatMapChart } from '../../../src/views/charts/search/heat-map.js';
import { historyChart } from '../../../src/views/charts/search/history.js';
import { importanceChart } from '../../../src/views/charts/search/importance.js';
import { parallelChart } from '../../../src/views/charts/search/parallel-coordinates.js';
import { sliceChart } from '../../../src/views/charts/search/slice.js';
import { timelineChart } from '../../../src/views/charts/search/timeline.js';

const estimated = (mean: number, half = 0.02) => ({
  mean,
  interval: { low: mean - half, high: mean + half },
});
const classNames = ['benign', 'Emotet', '<b>&"rare"'];

const CHARTS: Readonly<Record<string, () => Chart>> = {
  'trade-off': () =>
    tradeOffChart(
      [0.5, 0.55, 0.6].map((macro, index) => ({
        label: `gamma=${index}`,
        space: null,
        macroF1: estimated(macro),
        rareRecall: estimated(0.3 - index / 20),
        name: ['cross-entropy', null, 'overall'][index] ?? null,
        isCrossEntropy: index === 0,
        isTied: index === 2,
        isParetoOptimal: true,
      })),
    ),
  'heat-map': () =>
    heatMapChart({
      title: 'macro_f1 at learning_rate 0.001',
      metric: 'macro_f1',
      rowAxis: 'alpha',
      columnAxis: 'gamma',
      rows: ['1', 'balanced'],
      columns: ['0', '2'],
      cells: [
        { row: 0, column: 0, value: 0.4 },
        { row: 1, column: 1, value: 0.6 },
        { row: 1, column: 0, value: Number.NaN },
      ],
      range: { low: 0.4, high: 0.6 },
    }),
  dumbbells: () =>
    dumbbellChart({
      title: 'Recall per class',
      before: 'cross-entropy',
      after: 'best',
      subject: 'Recall of each class',
      axis: 'recall',
      intervals: '95 % Wilson intervals',
      classes: classNames.map((name, index) => ({
        name,
        isRare: index === 2,
        size: 10 * (index + 1),
        before: index === 1 ? null : estimated(0.5),
        after: estimated(0.6 - index / 5),
      })),
    }),
  'precision-recall': () =>
    precisionRecallChart({
      title: '<b>&"rare" ◆',
      rows: 6,
      share: 0.1,
      lines: [
        { name: 'cross-entropy', isBaseline: true, averagePrecision: 0.4, precisions: [1, 0.5, 0.25] },
        { name: 'best other', isBaseline: false, averagePrecision: null, precisions: [1, 1, 0.2] },
      ],
    }),
  reliability: () =>
    reliabilityChart([
      {
        name: 'cross-entropy',
        isBaseline: true,
        ece: 0.125,
        bins: [
          { rows: 10, confidence: 0.4, accuracy: 0.2 },
          { rows: 90, confidence: 0.95, accuracy: 0.9 },
        ],
      },
    ]),
  'learning-curves': () =>
    learningCurvesChart({
      title: 'gamma=2',
      measure: 'Loss',
      lines: [
        {
          name: 'training loss',
          style: 'train',
          values: [1, 2, 3].map((epoch) => ({ epoch, value: 1 / epoch })),
        },
        {
          name: 'validation loss',
          style: 'validation',
          values: [1, 2, 3].map((epoch) => ({ epoch, value: 1.2 / epoch })),
        },
      ],
      chosenEpochs: [2, 3],
      seeds: [2, 2, 1],
      isBaseline: false,
      word: 'epoch',
    }),
  confusion: () =>
    confusionChart({
      title: 'Confusion',
      kind: 'shares',
      classNames,
      matrix: [
        [0.9, 0.1, 0],
        [0, 1, 0],
        [0.7, 0, 0.3],
      ],
    }),
  'confusion-difference': () =>
    confusionChart({
      title: 'Difference',
      kind: 'difference',
      classNames,
      matrix: [
        [-0.1, 0.1, 0],
        [0, 0, 0],
        [-0.3, 0, 0.3],
      ],
    }),
  'parallel-coordinates': () =>
    parallelChart({
      baseline: 'cross-entropy',
      metric: 'macro_f1',
      axes: [
        { name: 'alpha', levels: ['1', 'balanced'] },
        { name: 'gamma', levels: ['0', '2'] },
      ],
      lines: [
        { label: 'alpha=balanced gamma=2', levels: [1, 1], metric: 0.6, role: 'best', isTied: true },
        { label: 'alpha=1 gamma=2', levels: [0, 1], metric: 0.55, role: 'other', isTied: false },
        { label: 'alpha=1 gamma=0', levels: [0, 0], metric: 0.5, role: 'baseline', isTied: false },
      ],
    }),
  importance: () =>
    importanceChart(
      'macro_f1',
      [
        { name: 'gamma', share: 0.25, isPair: false },
        { name: 'alpha × gamma', share: 0.05, isPair: true },
        { name: 'alpha', share: 0.7, isPair: false },
      ],
      'configurations',
    ),
  'side-by-side': () =>
    sideBySideChart({
      title: 'Less A',
      caption: 'Each metric less A’s.',
      axis: 'difference',
      sides: [1, 2].map((place) => ({ name: 'BC'[place - 1] ?? '', place })),
      kind: 'differences',
      rows: ['macro_f1', 'rare_recall'].map((name, index) => ({
        name,
        values: [estimated(0.1 - index / 5), index === 0 ? null : estimated(-0.05)],
      })),
    }),
  slice: () =>
    sliceChart({
      axis: 'gamma',
      metric: { name: 'macro_f1', goal: 'maximize' },
      matters: false,
      levels: ['0', '2'].map((label, index) => ({
        label,
        ...estimated(0.5 + index / 10),
        configurations: [0.5, 0.52],
      })),
    }),
  distribution: () =>
    distributionChart('macro_f1', [0.4, 0.6, 0.5, Number.NaN], { name: 'cross-entropy', value: 0.45 }),
  history: () => historyChart({ name: 'macro_f1', goal: 'maximize' }, [0.4, Number.NaN, 0.6, 0.5]),
  timeline: () =>
    timelineChart([
      { worker: 1, startS: 0, endS: 2, end: 'finished' },
      { worker: 2, startS: 0.5, endS: 1.5, end: 'failed' },
      { worker: 1, startS: 2, endS: 3, end: 'paused' },
    ]),
};

describe.each(Object.entries(CHARTS))('%s', (name, draw) => {
  it('draws what it drew, and says it in words', async () => {
    const { title, caption, svg } = draw();
    await expect(`<!-- ${title}: ${caption} -->\n${svg.replaceAll('><', '>\n<')}\n`).toMatchFileSnapshot(
      `./snapshots/${name}.svg`,
    );
  });

  it('is a labelled picture without style, script or a number that is none', () => {
    const { svg, title } = draw();
    expect(svg.startsWith('<svg ')).toBe(true);
    expect(svg).toContain('role="img"');
    expect(title).not.toBe('');
    expect(svg).not.toMatch(/<style|<script|style=|NaN|undefined|<b>/);
  });
});

describe('a picture whose texts need room', () => {
  const left = (chart: Chart): number =>
    Number(/<path d="M0,0L-6,0" transform="translate\((\d+)/.exec(chart.svg)?.[1]);
  const losses = (value: number): Chart =>
    learningCurvesChart({
      title: 'best',
      measure: 'Loss',
      lines: [
        {
          name: 'validation',
          style: 'validation',
          values: [
            { epoch: 1, value },
            { epoch: 2, value: 0 },
          ],
        },
      ],
      chosenEpochs: [2],
      seeds: [1, 1],
      isBaseline: false,
      word: 'epoch',
    });

  it('has a larger margin for long numbers', () => {
    expect(left(losses(1))).toBe(40);
    expect(left(losses(900_000))).toBeGreaterThan(60);
  });

  it('has no name over the numbers of the axis, where a dot is at its bottom', () => {
    const point = { space: null, isTied: false, isParetoOptimal: true };
    const zero = { mean: 0, interval: { low: 0, high: 0.4 } };
    const { svg } = tradeOffChart([
      {
        ...point,
        label: 'a',
        macroF1: estimated(0.5),
        rareRecall: zero,
        name: 'cross-entropy',
        isCrossEntropy: true,
      },
      {
        ...point,
        label: 'b',
        macroF1: estimated(0.6),
        rareRecall: zero,
        name: 'best other',
        isCrossEntropy: false,
      },
    ]);
    const bottoms = ['cross-entropy', 'best other'].map((name) => {
      const [, shift, place] =
        new RegExp(
          `<g transform="translate\\([^,]+,([-\\d.]+)\\)"[^>]*><text[^>]*translate\\([^,]+,([\\d.]+)\\)"[^>]*>${name}<`,
        ).exec(svg) ?? [];
      return Number(place) + Number(shift);
    });
    const axis = Number(/cy="([\d.]+)"/.exec(svg)?.[1] ?? /translate\([\d.]+,([\d.]+)\)/.exec(svg)?.[1]);
    expect(bottoms.map((bottom) => bottom < axis)).toEqual([true, true]);
    expect(Math.abs((bottoms[0] ?? 0) - (bottoms[1] ?? 0))).toBeGreaterThan(12);
  });

  it('keeps room for what it shows, however long a name is', () => {
    const point = { space: null, isCrossEntropy: false, isTied: false, isParetoOptimal: true };
    const { svg } = tradeOffChart([
      { ...point, label: 'a', macroF1: estimated(0.5), rareRecall: estimated(0.3), name: 'name '.repeat(60) },
      { ...point, label: 'b', macroF1: estimated(0.6), rareRecall: estimated(0.2), name: null },
    ]);
    expect(svg).not.toMatch(/(width|height)="-/);
  });
});

describe('captions', () => {
  it('count what improved, and name what did most', () => {
    expect(CHARTS.dumbbells?.().caption).toContain('1 of 2 gains, most of all benign (+0.100); 1 loses.');
  });

  it('name the best value of an axis by the goal of the metric', () => {
    const levels = [0.5, 0.3, 0.4].map((mean, index) => ({
      label: `v${index}`,
      ...estimated(mean),
      configurations: [],
    }));
    const captionOf = (metric: Metric) =>
      sliceChart({ axis: 'gamma', metric, levels, matters: true }).caption;
    expect(captionOf({ name: 'macro_f1', goal: 'maximize' })).toContain('Highest at v0 (0.500)');
    expect(captionOf({ name: 'log_loss', goal: 'minimize' })).toContain('Lowest at v1 (0.300)');
  });

  it('call the best run luck where it was one seed', () => {
    expect(CHARTS.history?.().caption).toContain('0.600, was reached by run 3 of 4');
  });
});

describe('an axis of parallel coordinates', () => {
  it.each([
    [3, 3],
    [20, 20],
    [57, 20],
  ])('with %i numbers has %i labels, those of its ends among them', (count, labels) => {
    const levels = Array.from({ length: count }, (_, at) => `v${at}`);
    const chart = parallelChart({
      baseline: 'cross-entropy',
      metric: 'macro_f1',
      axes: [{ name: 'gamma', levels }],
      lines: levels.map((label, at) => ({ label, levels: [at], metric: at, role: 'other', isTied: false })),
    });
    const shown = levels.filter((level) => chart.svg.includes(`>${level}<`));
    expect(shown).toHaveLength(labels);
    expect([shown[0], shown.at(-1)]).toEqual(['v0', levels.at(-1)]);
  });
});

describe('names in charts', () => {
  it('are cut between characters that people see, and stay apart', () => {
    expect(shortNames(['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 'abc', 'abcdef', 'abcdeg'], 3)).toEqual([
      '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦',
      'abc',
      'ab…',
      'ab… (2)',
    ]);
  });
});

describe('values in charts', () => {
  it('keep their end, in which they differ', () => {
    const values = ['{effective_number:0.999}', '{effective_number:0.9999}', 'balanced'];
    expect(shortValues(values, 16)).toEqual(['{effecti…:0.999}', '{effecti…0.9999}', 'balanced']);
  });
});

describe('sides', () => {
  it('look different from each other, all twelve', () => {
    const styles = Array.from({ length: 12 }, (_, at) => Object.values(sideStyle(at)).join());
    expect(new Set(styles).size).toBe(12);
  });
});

describe('an interval in a table cell', () => {
  it('lies on the shared range, clamped to it', () => {
    const cell = intervalCell({
      mean: 0.5,
      interval: { low: -1, high: 0.75 },
      range: { low: 0, high: 1 },
      reference: 0,
    });
    expect(cell).toContain('M4 6H73');
    expect(cell).toContain('cx="50"');
    expect(cell).toContain('class="ref" d="M4 0V12"');
  });
});
