// Pictures of changes against cross-entropy in docs/tuning-focal-loss.md, in the report's colours.
import * as Plot from '@observablehq/plot';
import { COLOR, drawChart } from '../../dist/views/charts/chart.js';
import { gammasOf, methodsOf, postHocOf } from './arms.mjs';
import { IMBALANCES } from './sweeps.mjs';

const METRICS = [
  ['macro_f1', 'macro-F1'],
  ['rare_recall', 'rare recall'],
  ['accuracy', 'accuracy'],
];
/** Mean and ends of the interval. */
export const bounds = ({ mean, margin }) => ({ mean, low: mean - margin, high: mean + margin });
const isChange = ({ low, high }) => low > 0 || high < 0;
const SHOWN = METRICS.slice(0, 2);
/** Changes that hold at 95 % in colour, the others muted. */
const tone = (point) => (isChange(point) ? (point.mean > 0 ? COLOR.best : COLOR.baseline) : COLOR.muted);

/** Changes against γ = 0 over γ, in panels. */
function changesOverGamma({ title, caption, panels, points, metrics }) {
  return drawChart({
    title,
    caption,
    plot: {
      width: 720,
      height: 70 + 125 * metrics.length,
      marginLeft: 52,
      marginRight: 70,
      marginTop: 34,
      marginBottom: 40,
      fx: { domain: panels, label: null, padding: 0.06 },
      fy: { domain: metrics, label: null, padding: 0.12 },
      x: { type: 'point', label: 'γ', labelAnchor: 'center', padding: 0.5 },
      y: { label: null, ticks: 5 },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.ruleY([0], { stroke: COLOR.muted }),
        Plot.ruleX(points, {
          fx: 'panel',
          fy: 'metric',
          x: 'gamma',
          y1: 'low',
          y2: 'high',
          stroke: tone,
          strokeWidth: 2,
        }),
        Plot.dot(points, { fx: 'panel', fy: 'metric', x: 'gamma', y: 'mean', r: 4, fill: tone }),
      ],
    },
  });
}

export function gammaPicture(studies) {
  const points = studies.flatMap(([panel, study]) =>
    METRICS.flatMap(([name, metric]) =>
      gammasOf(study)
        .filter(({ gamma }) => gamma > 0)
        .map(({ gamma, changeOf }) => ({ panel, metric, gamma, ...bounds(changeOf(name)) })),
    ),
  );
  return changesOverGamma({
    title: 'γ alone against cross-entropy',
    caption: `Change of each metric on test rows against γ = 0, α = 1 throughout, each γ with its own best learning rate. Lines are 95 % intervals of the mean paired difference; coloured where they leave 0 out: blue better, orange worse (${points.filter(isChange).length} of ${points.length}).`,
    panels: studies.map(([panel]) => panel),
    metrics: METRICS.map(([, metric]) => metric),
    points,
  });
}

export function imbalancePicture(study) {
  const points = IMBALANCES.flatMap((ratio) =>
    SHOWN.flatMap(([name, metric]) =>
      gammasOf(study, { data: String(ratio) })
        .filter(({ gamma }) => gamma > 0)
        .map(({ gamma, changeOf }) => ({ panel: `${ratio} : 1`, metric, gamma, ...bounds(changeOf(name)) })),
    ),
  );
  return changesOverGamma({
    title: 'γ under growing imbalance',
    caption: `Change on test rows against γ = 0 by imbalance (largest class : smallest class of the training rows), 4,800 training rows each time, the same rows of every class in the test. Coloured where the 95 % interval leaves 0 out: blue better, orange worse.`,
    panels: IMBALANCES.map((ratio) => `${ratio} : 1`),
    metrics: SHOWN.map(([, metric]) => metric),
    points,
  });
}

/** Changes by method, a panel for each metric and table. */
function changesByMethod({ title, caption, rows, split, marginLeft = 200 }) {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const tables = [...new Set(rows.map(({ table }) => table))];
  return drawChart({
    title,
    caption: `${caption} Lines are 95 % intervals of the mean paired difference; coloured where they leave 0 out: blue better, orange worse.`,
    plot: {
      width: 760,
      height: 80 + tables.length * methods.length * 20,
      marginLeft,
      marginRight: 74,
      marginTop: 34,
      marginBottom: 40,
      fx: { domain: SHOWN.map(([, metric]) => metric), label: null, padding: 0.08 },
      fy: { domain: tables, label: null, padding: 0.06 },
      x: { label: `change, ${split} rows`, labelAnchor: 'center', ticks: 3 },
      y: { domain: methods, label: null, tickSize: 0 },
      marks: [
        Plot.gridX({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.ruleX([0], { stroke: COLOR.muted }),
        Plot.ruleY(rows, {
          fx: 'metric',
          fy: 'table',
          y: 'method',
          x1: 'low',
          x2: 'high',
          stroke: tone,
          strokeWidth: 2,
        }),
        Plot.dot(rows, { fx: 'metric', fy: 'table', y: 'method', x: 'mean', r: 4, fill: tone }),
      ],
    },
  });
}

/** Rows of one table and each shown metric. */
const rowsOf = (table, arms) =>
  SHOWN.flatMap(([name, metric]) =>
    arms.map(({ method, changeOf }) => ({ table, metric, method, ...bounds(changeOf(name)) })),
  );

export function methodPicture(studies) {
  return changesByMethod({
    title: 'Every method against cross-entropy',
    caption:
      'Change on test rows against cross-entropy, each method at its best by validation macro-F1 (the last by validation rare recall); without a dot it was not tried on that table.',
    rows: studies.flatMap(([table, study]) =>
      rowsOf(
        table,
        methodsOf(study).filter(({ isBaseline }) => !isBaseline),
      ),
    ),
    split: 'test',
  });
}

/** Free logit adjustment beside what was trained. */
export function postHocPicture(studies) {
  return changesByMethod({
    title: 'Logit adjustment after training beside training for rare classes',
    caption:
      'Change on validation rows against cross-entropy as trained. Names with τ are logits adjusted after training, τ chosen on one half of the rows and shown on the other; the other names were trained so, and chosen on these rows.',
    rows: studies.flatMap(([table, study]) =>
      rowsOf(
        table,
        postHocOf(study)
          .slice(1)
          .map(({ name, changeOf }) => ({ method: name, changeOf })),
      ),
    ),
    split: 'validation',
    marginLeft: 240,
  });
}
