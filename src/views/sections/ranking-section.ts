import type { Configuration, Verdict } from '../../analysis/ranking/configuration.js';
import type { Ranking } from '../../analysis/ranking/ranking.js';
import { counted } from '../../wording/counted.js';
import { figure, interval, percent, signed } from '../../wording/numbers.js';
import type { Cell } from '../table.js';
import type { Section } from './section.js';

const VERDICTS: { readonly [verdict in Verdict]: string } = {
  better: 'better',
  worse: 'worse',
  'no evidence': '≈',
};

/** The ranking with notes on its intervals; at most `top` configurations, and the baseline. */
export function rankingSection(report: Ranking, top = Number.POSITIVE_INFINITY): Section {
  const { sweep, data, configurations, baseline, headline } = report;
  const title = `${sweep.name}: ${sweep.complete} of ${counted(sweep.runs, 'run')} finished, ${counted(sweep.trials, 'configuration')}`;
  if (headline === null) return { heading: title, notes: ['No run has finished yet.'] };
  const listed = configurations.slice(0, top);
  if (baseline !== null && !listed.includes(baseline)) listed.push(baseline);
  const left = configurations.length - listed.length;
  const { name } = sweep.metric;
  const isSplitPerSeed = sweep.dataset.validationRows !== undefined;
  const macro = name === 'macro_f1' ? [] : ['macro_f1'];
  return {
    heading: title,
    table: {
      columns: [
        '#',
        'configuration',
        name,
        '95 %',
        'Δ to CE',
        'vs CE',
        ...macro,
        ...(name === 'rare_recall' ? [] : ['rare_recall']),
        'rare vs CE',
        'ranks',
        'P(best)',
        'accuracy',
        'seeds',
        'epochs',
        'trial',
      ],
      rows: listed.map((row) => rankingRow(row, name)),
    },
    optional: ['epochs', 'accuracy', 'seeds', 'P(best)', 'trial', 'ranks', 'rare vs CE', 'Δ to CE'],
    boldRows: listed.flatMap(({ isTied }, at) => (isTied ? [at] : [])),
    verdictColumns: ['vs CE', 'rare vs CE'],
    notes: [
      headline.winner,
      headline.ties,
      headline.versusBaseline,
      `Ranked by mean ${name} over seeds on ${counted(data.rows.validation, 'validation row')}${isSplitPerSeed ? ' of their own' : ''}, ties by rare_recall; * is tied with the best. The 95 % intervals cover the sampling of rows (${report.draws.toLocaleString('en')} draws)${isSplitPerSeed ? ', the seeds and, by the correction of Nadeau & Bengio, the choice of training rows' : ' and the seeds'}.`,
      ...(baseline === null
        ? []
        : [
            `Δ and vs CE compare with the best cross-entropy configuration (# ${baseline.rank}) on the same seeds and rows; better and worse hold for all configurations together at 95 %, ≈ is no evidence either way.`,
          ]),
      `Rare classes: ${data.rareNames.join(', ')}.`,
      ...(left > 0 ? [`${counted(left, 'more configuration')}: --top all, or focalsweep query.`] : []),
      ...data.notes.map((note) => `Note: ${note}`),
    ],
  };
}

function rankingRow(row: Configuration, metric: keyof Configuration['metrics']): readonly Cell[] {
  const { versusBaseline, rankInterval } = row;
  return [
    `${row.rank}${row.isTied ? '*' : ''}`,
    row.isCrossEntropy ? `${row.label} (cross-entropy)` : row.label,
    figure(row.ranked.mean),
    interval(row.ranked.interval),
    versusBaseline === null ? null : signed(versusBaseline.ranked.mean),
    versusBaseline === null ? null : VERDICTS[versusBaseline.ranked.verdict],
    ...(metric === 'macro_f1' ? [] : [figure(row.metrics.macro_f1.mean)]),
    ...(metric === 'rare_recall' ? [] : [figure(row.metrics.rare_recall.mean)]),
    versusBaseline === null ? null : VERDICTS[versusBaseline.rare_recall.verdict],
    rankInterval.low === rankInterval.high
      ? `${rankInterval.low}`
      : `${rankInterval.low}–${rankInterval.high}`,
    percent(row.bestProbability),
    figure(row.metrics.accuracy.mean),
    row.seeds.length,
    figure(row.epochs, 1),
    row.trialId.slice(0, 8),
  ];
}
