import { counted } from '../counted.js';
import { summarise } from '../metrics/seed-statistics.js';
import type { Advice, Configuration, Findings } from './report.js';

/** (z₀.₉₇₅ + z₀.₈)²: a two-sided test at 5 % finds the difference with 80 %. */
const TEST_AT_80_PERCENT = (1.95996 + 0.84162) ** 2;
const MOST_SEEDS = 50;

/** How many seeds tell the best configuration from the next that is tied with it. */
export function seedAdvice({ configurations, sweep }: Findings, best: Configuration): readonly Advice[] {
  const tied = configurations.filter(({ isTied }) => isTied);
  const next = tied[1];
  if (next === undefined) return [];
  const title = `${tied.length} configurations cannot be told from the best`;
  if (best.seeds.length < 2) {
    return [
      {
        id: 'more-seeds',
        title,
        evidence: 'There is one seed per configuration, so that the noise between seeds is unknown.',
        action: 'Use 5 seeds.',
        changes: [{ path: ['seeds'], value: 5 }],
      },
    ];
  }
  const name = sweep.metric.name;
  const { mean, sd } = summarise(differences(best, next, name));
  if (mean === 0) return [same(title, next)];
  const needed = Math.ceil(TEST_AT_80_PERCENT * (sd / mean) ** 2);
  const gap = `The next, ${next.label}, is ${Math.abs(mean).toFixed(4)} of ${name} away, and the difference has a standard deviation of ${sd.toFixed(4)} between seeds.`;
  if (needed <= best.seeds.length) return [moreRows(title, gap)];
  return [
    {
      id: 'more-seeds',
      title,
      evidence: gap,
      action:
        needed > MOST_SEEDS
          ? `It would take about ${counted(needed, 'seed')} to tell them apart: take either, or the one with the better rare recall.`
          : `About ${needed} seeds tell them apart on these validation rows with 80 %.`,
      changes: needed > MOST_SEEDS ? [] : [{ path: ['seeds'], value: needed }],
    },
  ];
}

function same(title: string, next: Configuration): Advice {
  return {
    id: 'same-results',
    title,
    evidence: `The next, ${next.label}, has the same mean over seeds.`,
    action: 'Take either, or the one with the better rare recall.',
    changes: [],
  };
}

function moreRows(title: string, evidence: string): Advice {
  return {
    id: 'more-rows',
    title,
    evidence: `${evidence} The seeds would do; the validation rows are too few.`,
    action: 'Use a larger share of the rows for validation, or collect more rows of the rare classes.',
    changes: [],
  };
}

function differences(
  a: Configuration,
  b: Configuration,
  metric: Findings['sweep']['metric']['name'],
): readonly number[] {
  const other = new Map(b.runs.map(({ seed, validation }) => [seed, validation[metric]]));
  return a.runs.flatMap(({ seed, validation }) => {
    const value = other.get(seed);
    return value === undefined ? [] : [validation[metric] - value];
  });
}
