// Pictures of curves and recalls in docs/tuning-focal-loss.md, in the report's colours.
import * as Plot from '@observablehq/plot';
import { summarise } from '../../dist/metrics/estimates/seed-statistics.js';
import { COLOR, drawChart } from '../../dist/views/charts/chart.js';
import { dumbbellChart } from '../../dist/views/charts/results/dumbbells.js';
import { baselineOf, methodsOf, UNTUNED } from './arms.mjs';
import { bounds } from './change-pictures.mjs';
import { curvesOf } from './learning.mjs';
import { bandArms } from './tables.mjs';

/** Macro-F1 over epochs for three γ at one learning rate. */
export function convergencePicture(studies) {
  const colors = { 0: COLOR.baseline, 2: COLOR.best, 5: COLOR.tied };
  const dashes = { 0: undefined, 2: '6 3', 5: '2 3' };
  const lines = studies.flatMap(([table, study]) =>
    [0, 2, 5].map((gamma) => ({
      gamma,
      table,
      points: curvesOf(study, { gamma }).map((p) => ({ ...p, table })),
    })),
  );
  return drawChart({
    title: 'Validation macro-F1 over the epochs',
    caption: `Mean over replicates at learning rate ${UNTUNED}, α = 1: γ = 0 orange and solid, γ = 2 blue and dashed, γ = 5 green and dotted.`,
    plot: {
      width: 720,
      height: 290,
      marginLeft: 46,
      marginTop: 34,
      marginBottom: 40,
      fx: { domain: studies.map(([table]) => table), label: null, padding: 0.08 },
      x: { label: 'epoch', labelAnchor: 'center', ticks: 6, domain: [1, 30] },
      y: { label: '↑ macro-F1, validation', nice: true, ticks: 6 },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 6 }),
        ...lines.map(({ gamma, points }) =>
          Plot.line(points, {
            fx: 'table',
            x: 'epoch',
            y: 'value',
            stroke: colors[gamma],
            strokeWidth: 2,
            ...(dashes[gamma] === undefined ? {} : { strokeDasharray: dashes[gamma] }),
          }),
        ),
      ],
    },
  });
}

/** Rare recall of every replicate beside the two bands of the promise. */
export function bandPicture(studies) {
  const dots = studies.flatMap(([table, study]) =>
    bandArms(study).flatMap(({ name, values }) => values.map((value) => ({ table, name, value }))),
  );
  const names = [...new Set(dots.map(({ name }) => name))];
  const means = studies.flatMap(([table, study]) =>
    bandArms(study).map(({ name, values }) => ({ table, name, value: summarise(values).mean })),
  );
  const bands = studies.flatMap(([table]) => [
    { table, low: 0.1, high: 0.3, color: COLOR.baseline },
    { table, low: 0.4, high: 0.6, color: COLOR.best },
  ]);
  return drawChart({
    title: 'Rare recall against the promised bands',
    caption:
      'Rare recall on test rows, a dot for each replicate, upright strokes the means. Shaded: the promise, from 0.10–0.30 (orange) to 0.40–0.60 (blue).',
    plot: {
      width: 720,
      height: 60 + names.length * 26,
      marginLeft: 130,
      marginTop: 34,
      marginBottom: 40,
      fx: { domain: studies.map(([table]) => table), label: null, padding: 0.08 },
      x: { label: 'rare recall, test', labelAnchor: 'center', domain: [0, 0.65], ticks: 4 },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.rect(bands, { fx: 'table', x1: 'low', x2: 'high', fill: 'color', fillOpacity: 0.14 }),
        Plot.dot(dots, { fx: 'table', x: 'value', y: 'name', r: 3.5, fill: COLOR.ink, fillOpacity: 0.45 }),
        Plot.tickX(means, { fx: 'table', x: 'value', y: 'name', stroke: COLOR.ink, strokeWidth: 2.5 }),
      ],
    },
  });
}

/** Recall of each class on test rows, cross-entropy → α balanced. */
export function recallPicture([table, study]) {
  const { classNames, rareClasses, support } = study.datasets[0];
  const recalls = (configuration) => configuration.results.map((result) => result.recalls);
  const weighted = methodsOf(study).find(({ method }) => method === 'α balanced').chosen;
  const [before, after] = [recalls(baselineOf(study)), recalls(weighted)];
  const estimated = (runs, index) => {
    const { mean, low, high } = bounds(summarise(runs.map((run) => run[index])));
    return { mean, interval: { low: Math.max(0, low), high: Math.min(1, high) } };
  };
  return dumbbellChart({
    title: `Recall of each class, ${table}`,
    before: 'cross-entropy',
    after: 'α balanced, γ = 0',
    subject:
      'Recall of each class on test rows, largest class first, rare ones marked ◆ and with their training rows',
    axis: 'recall',
    intervals: '95 % t intervals over replicates',
    classes: classNames.map((name, index) => ({
      name,
      isRare: rareClasses.includes(index),
      size: support.train[index],
      before: estimated(before, index),
      after: estimated(after, index),
    })),
  });
}
