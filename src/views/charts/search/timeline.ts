import * as Plot from '@observablehq/plot';
import { counted } from '../../../wording/counted.js';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';

/** An attempt at a run on a worker's timeline, in seconds since the first began. */
export interface TimelineBar {
  readonly worker: number;
  readonly startS: number;
  readonly endS: number;
  /** Whether it finished its run, left it paused or stopped, or failed, or ended without a word. */
  readonly end: 'finished' | 'paused' | 'failed';
}

const FILLS = { finished: COLOR.best, paused: COLOR.muted, failed: COLOR.baseline } as const;

const ROW_HEIGHT = 22;
const MARGIN = 34;

/** What each worker did, and when. */
export function timelineChart(bars: readonly TimelineBar[]): Chart {
  const workers = [...new Set(bars.map(({ worker }) => worker))].toSorted((a, b) => a - b);
  const endS = Math.max(0, ...bars.map((bar) => bar.endS));
  return drawChart({
    title: 'Runs per worker',
    caption: `${counted(bars.length, 'attempt')} on ${counted(workers.length, 'worker')} over ${figure(endS, 1)} s; runs that train together overlap. ${endsText(bars)}`,
    plot: {
      width: 680,
      height: 16 + MARGIN + Math.max(1, workers.length) * ROW_HEIGHT,
      marginLeft: 76,
      marginTop: 10,
      marginBottom: MARGIN,
      x: { label: 'seconds since the first start →', labelAnchor: 'center', domain: [0, endS || 1] },
      y: {
        domain: workers,
        label: null,
        tickSize: 0,
        padding: 0.2,
        tickFormat: (worker: number) => `worker ${worker}`,
      },
      marks: [
        Plot.barX(bars, {
          y: 'worker',
          x1: 'startS',
          x2: 'endS',
          fill: ({ end }: TimelineBar) => FILLS[end],
          fillOpacity: 0.35,
          stroke: COLOR.paper,
          strokeWidth: 0.5,
        }),
      ],
    },
  });
}

function endsText(bars: readonly TimelineBar[]): string {
  const [finished = 0, paused = 0, failed = 0] = (['finished', 'paused', 'failed'] as const).map(
    (wanted) => bars.filter(({ end }) => end === wanted).length,
  );
  if (finished === bars.length) return 'All finished their runs.';
  return [
    `${finished} finished ${finished === 1 ? 'its run' : 'their runs'}`,
    ...(paused > 0 ? [`${paused} ended when the run paused or was stopped (grey)`] : []),
    ...(failed > 0 ? [`${failed} failed or ended without a word (orange)`] : []),
  ]
    .join(', ')
    .concat('.');
}
