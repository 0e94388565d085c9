import { baselineWords } from '../../analysis/baseline-words.js';
import { rowsText } from '../../analysis/data/data-summary.js';
import type { Configuration, Verdict } from '../../analysis/ranking/configuration.js';
import { unlikeSeeds } from '../../analysis/ranking/difference.js';
import type { Ranking } from '../../analysis/ranking/ranking.js';
import { epochWord } from '../../knobs/epoch-word.js';
import { type MetricName, metricLabel, metricsBeside } from '../../metric.js';
import { TIES_BY } from '../../metrics/selection.js';
import { isForProgram } from '../../program.js';
import { classesText } from '../../wording/class-names.js';
import { codeSpan } from '../../wording/code-span.js';
import { counted } from '../../wording/counted.js';
import { dbWords } from '../../wording/db-words.js';
import { figure, interval, percent, signed, withCommas } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import type { Look } from '../renderer.js';
import type { Cell } from '../table.js';
import type { Section } from './section.js';

const VERDICTS: { readonly [verdict in Verdict]: string } = {
  better: 'better',
  worse: 'worse',
  equivalent: '=',
  'no evidence': '≈',
  'one seed': '?',
  'not judged': '–',
};

/** The answer: what to use for each aim, and whether focal loss and class weights are worth it. */
export function answerSection(report: Ranking): Section {
  const { sweep, headline } = report;
  return {
    heading: `${sweep.name}: ${[...runsText(report), counted(sweep.trials, 'configuration')].join(', ')}`,
    notes:
      headline === null
        ? ['No run has finished yet.']
        : [...headline.choices, ...headline.loss, `${headline.winner} ${headline.ties}`],
  };
}

/** How many runs have a result, and what became of the others. */
export function runsText({ sweep, unfinished }: Pick<Ranking, 'sweep' | 'unfinished'>): readonly string[] {
  return [
    `${sweep.complete} of ${counted(sweep.runs, 'run')} finished`,
    ...(sweep.pruned > 0 ? [`${sweep.pruned} dropped`] : []),
    ...(sweep.failed > 0 ? [`${sweep.failed} failed`] : []),
    ...(unfinished > 0 ? [`${unfinished} ${unfinished === 1 ? 'has' : 'have'} no result yet`] : []),
  ];
}

/** The ranking with notes on its intervals; at most `top` configurations, the baseline and the choices. */
export function rankingSection(report: Ranking, { top = Number.POSITIVE_INFINITY, db }: Look): Section {
  const { sweep, data, epochChoice, configurations, baseline, choices } = report;
  const wanted = new Set([baseline, ...choices.map(({ configuration }) => configuration)]);
  const listed = configurations.filter((row, at) => at < top || wanted.has(row));
  const left = configurations.length - listed.length;
  const { name } = sweep.metric;
  const words = baselineWords(sweep);
  const [changes, versus, rareVersus] = [
    `Δ to ${words.short}`,
    `vs ${words.short}`,
    `rare vs ${words.short}`,
  ];
  const epochs = `${epochWord(configurations.map(({ config }) => config))}s`;
  const isSplitPerSeed = sweep.dataset.validationRows !== undefined;
  const macro = name === 'macro_f1' ? [] : ['macro_f1'];
  const accuracy = name === 'accuracy' ? [] : ['accuracy'];
  const beside = metricsBeside(sweep.dataset.classNames.length, sweep.metric);
  const unlike = unlikeSeeds(configurations);
  return {
    heading: `Ranked by ${metricLabel(sweep.metric)} on ${rowsText(data, 'validation')}`,
    table: {
      columns: [
        '#',
        'configuration',
        name,
        '95 %',
        changes,
        versus,
        ...macro,
        ...beside,
        ...(name === 'rare_recall' ? [] : ['rare_recall']),
        rareVersus,
        'ranks',
        'P(best)',
        ...accuracy,
        'seeds',
        epochs,
        'trial',
      ],
      rows: listed.map((row) => rankingRow(row, { metric: name, beside, tag: words.tag })),
    },
    optional: [
      ...[epochs, ...accuracy, 'seeds', 'P(best)', 'trial', 'ranks', rareVersus],
      ...beside.toReversed(),
      changes,
    ],
    boldRows: listed.flatMap(({ isTied }, at) => (isTied ? [at] : [])),
    verdictColumns: [versus, rareVersus],
    notes: [
      `Ranked by the mean over seeds${isSplitPerSeed ? ', each on validation rows of its own' : ''}${name === TIES_BY ? '' : `, ties by ${TIES_BY}`}; * is tied with the best. ${coverage(report, isSplitPerSeed)}`,
      ...(baseline === null
        ? withoutBaseline(report)
        : [
            `Δ and ${versus} compare with the best ${words.tag} configuration (# ${baseline.rank}) on the same ${unlike === null ? 'seeds and rows' : 'rows'}; better and worse hold for all configurations together at 95 %, = is equivalent, ≈ is no evidence either way, ? is one seed.`,
          ]),
      ...(unlike === null ? [] : [unlike]),
      ...(data.rareNames.length === 0 ? [] : [`Rare classes: ${classesText(data.rareNames)}.`]),
      ...(left > 0 ? [`${counted(left, 'more configuration')}: ${othersText(sweep, db)}`] : []),
      ...(epochChoice.warning === null ? [] : [`Note: ${epochChoice.warning}`]),
      ...data.notes.map((note) => `Note: ${note}`),
    ],
  };
}

/** How to see what a table leaves out. */
export function othersText({ name }: Ranking['sweep'], db: string | undefined): string {
  return `--top all, or ${codeSpan(`focalsweep query ${shellWord(name)}${dbWords(db)}`)}.`;
}

/** Where programs take no loss, nothing is plain cross-entropy. */
function withoutBaseline({ configurations, sweep }: Ranking): readonly string[] {
  const first = configurations.find(({ config }) => isForProgram(config));
  if (
    first === undefined ||
    sweep.baseline !== null ||
    configurations.some(({ config }) => !isForProgram(config))
  )
    return [];
  const [name, value] = Object.entries(first.point)[0] ?? [];
  const form = name === undefined ? 'baseline: {…}' : `baseline: {${name}: ${JSON.stringify(value)}}`;
  return [
    `There is no baseline: no configuration has γ = 0 or α = 1, so nothing is called better or worse. Name one in the spec, such as \`${form}\`.`,
  ];
}

/** What the intervals of the ranking metric are about. */
function coverage(
  { sweep, data, draws, fromSeeds, configurations }: Ranking,
  isSplitPerSeed: boolean,
): string {
  const rows = `the sampling of ${drawnWords(data)} (${withCommas(draws)} draws)`;
  if (data.classes.length === 0)
    return 'The 95 % intervals cover the seeds alone: on other rows the values may lie outside.';
  if (fromSeeds.includes(sweep.metric.name))
    return `The 95 % intervals of ${sweep.metric.name} cover the seeds alone: on other rows it may lie outside. The others cover ${rows} too.`;
  if (configurations.every(({ seeds }) => seeds.length < 2))
    return `The 95 % intervals cover ${rows} alone: one seed says nothing of what other seeds would give.`;
  const training = isSplitPerSeed ? 'by the correction of Nadeau & Bengio' : 'as far as seeds tell';
  return [
    `The 95 % intervals cover ${rows}, the seeds and, ${training}, the choice of training rows.`,
    ...(fromSeeds.length === 0
      ? []
      : [
          `Those of ${fromSeeds.join(', ')} cover the seeds alone: rows of metrics of probabilities that the spec does not name are drawn only where the logits of all runs were kept (\`store_logits: true\`) and are not too many.`,
        ]),
  ].join(' ');
}

/** What is drawn for intervals. */
export function drawnWords({ card: { groups } }: Ranking['data']): string {
  return groups === undefined ? 'rows' : `groups of ${groups.columns.join(' and ')}`;
}

interface Row {
  readonly metric: MetricName;
  readonly beside: readonly MetricName[];
  readonly tag: string;
}

function rankingRow(row: Configuration, { metric, beside, tag }: Row): readonly Cell[] {
  const { versusBaseline, rankInterval } = row;
  return [
    `${row.rank}${row.isTied ? '*' : ''}`,
    row.isCrossEntropy ? `${row.label} (${tag})` : row.label,
    figure(row.ranked.mean),
    interval(row.ranked.interval),
    versusBaseline === null ? null : signed(versusBaseline.ranked.mean),
    versusBaseline === null ? null : VERDICTS[versusBaseline.ranked.verdict],
    ...(metric === 'macro_f1' ? [] : [figure(row.metrics.macro_f1.mean)]),
    ...beside.map((name) => figure(row.metrics[name].mean)),
    ...(metric === 'rare_recall' ? [] : [figure(row.metrics.rare_recall.mean)]),
    versusBaseline === null ? null : VERDICTS[versusBaseline.rare_recall.verdict],
    rankInterval.low === rankInterval.high
      ? `${rankInterval.low}`
      : `${rankInterval.low}–${rankInterval.high}`,
    percent(row.bestProbability),
    ...(metric === 'accuracy' ? [] : [figure(row.metrics.accuracy.mean)]),
    row.seeds.length,
    figure(row.epochs, 1),
    row.trialId.slice(0, 8),
  ];
}
