import * as Plot from '@observablehq/plot';
import { wholeEpochs } from '../../../analysis/findings/learning-curves.js';
import type { EpochWord } from '../../../knobs/epoch-word.js';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';

export interface CurveLine {
  readonly name: string;
  /** Drawn dashed, solid and dotted. */
  readonly style: 'train' | 'validation' | 'second';
  readonly values: readonly { readonly epoch: number; readonly value: number }[];
}

/** Curves of one configuration over its epochs. */
export interface LearningCurves {
  readonly title: string;
  readonly measure: string;
  readonly lines: readonly CurveLine[];
  /** Epochs whose weights are kept, one per seed. */
  readonly chosenEpochs: readonly number[];
  readonly isBaseline: boolean;
  /** That trained in each epoch; runs may end early. */
  readonly seeds: readonly number[];
  readonly word: EpochWord;
  /** Of the y axis; by default the range of the lines. */
  readonly range?: readonly [number, number] | undefined;
}

const DASHES = { train: '3 3', validation: undefined, second: '1 3' } as const;

/** Loss or scores over the epochs, with the chosen epochs marked. */
export function learningCurvesChart(curves: LearningCurves): Chart {
  const { title, measure, lines, chosenEpochs, isBaseline, word, range } = curves;
  const accent = isBaseline ? COLOR.baseline : COLOR.best;
  const chosen = [...new Set(chosenEpochs)].toSorted((a, b) => a - b);
  return drawChart({
    title: `${measure}: ${title}`,
    caption: caption(curves),
    plot: {
      width: 420,
      height: 200,
      marginLeft: 40,
      marginRight: 12,
      marginBottom: 34,
      marginTop: 22,
      x: { label: `${word} →`, labelAnchor: 'center', ticks: 6, interval: 1, tickFormat: 'd' },
      y: {
        label: `↑ ${measure}`,
        nice: true,
        ticks: 5,
        ...(range === undefined ? {} : { domain: [...range] }),
        ...(largest(lines) >= LARGE && { tickFormat: '~g' }),
      },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.ruleX(chosen, { stroke: accent, strokeOpacity: 0.3, strokeWidth: 1.5 }),
        ...lines.map(({ values, style }) =>
          Plot.line(values, {
            x: 'epoch',
            y: 'value',
            stroke: style === 'train' ? COLOR.muted : accent,
            strokeWidth: style === 'validation' ? 2.2 : 1.6,
            ...(DASHES[style] === undefined ? {} : { strokeDasharray: DASHES[style] }),
          }),
        ),
      ],
    },
  });
}

/** Losses of diverging runs, which would fill the picture with zeros. */
const LARGE = 1e6;

function largest(lines: readonly CurveLine[]): number {
  return Math.max(...lines.flatMap(({ values }) => values.map(({ value }) => value)).filter(Number.isFinite));
}

function caption({ lines, chosenEpochs, seeds, word }: LearningCurves): string {
  const whole = wholeEpochs(seeds);
  const isWhole = whole === seeds.length;
  const spans = lines.flatMap(({ name, values }) => {
    const [first, last] = [values[0], values[whole - 1]];
    return first === undefined || last === undefined
      ? []
      : [`${name} from ${figure(first.value)} to ${figure(last.value)}`];
  });
  const low = Math.min(...chosenEpochs);
  const high = Math.max(...chosenEpochs);
  const stop = low === high ? `${word} ${low}` : `${word}s ${low} to ${high}`;
  const until = isWhole ? '' : ` until ${word} ${whole}`;
  const left = isWhole
    ? ''
    : ` From ${word} ${whole + 1} on fewer seeds train, ${seeds.at(-1)} of ${seeds[0]} in the last, and the mean is of these.`;
  return `Mean over seeds${until}: ${spans.join(', ')}.${left} Kept: ${stop} (vertical lines).`;
}
