import { baselineWords } from '../../analysis/baseline-words.js';
import { rowsText } from '../../analysis/data/data-summary.js';
import type { SpaceGrid } from '../../analysis/findings/findings.js';
import type { Estimate } from '../../analysis/ranking/configuration.js';
import type { ClassRecall, Ranking } from '../../analysis/ranking/ranking.js';
import type { SweepReport } from '../../analysis/report.js';
import { epochWord } from '../../knobs/epoch-word.js';
import type { MetricName } from '../../metric.js';
import { codeSpan } from '../../wording/code-span.js';
import { dbWords } from '../../wording/db-words.js';
import { figure, interval, percent, signedWithInterval } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import { withFullCommands } from '../full-commands.js';
import type { Look } from '../renderer.js';
import { bar, sparkline } from '../text/sparklines.js';
import { columnSections } from './column-sections.js';
import { decisionSection, thresholdSection } from './decision-sections.js';
import { ensembleNotes } from './ensemble-section.js';
import { answerSection, rankingSection } from './ranking-section.js';
import { raceSections } from './search/race-section.js';
import { spaceSection } from './search/space-section.js';
import type { Section } from './section.js';

/** The end of a launch as sections: the ranking of at most `top` configurations, classes and test rows. */
export function rankingSections(ranking: Ranking, look: Look): readonly Section[] {
  const answer = answerSection(ranking);
  if (ranking.best === null) return [answer];
  const spaces = spaceSection(ranking);
  return [
    answer,
    rankingSection(ranking, look),
    ...(spaces === null ? [] : [spaces]),
    ...raceSections(ranking, look),
    testSection(ranking),
    ...(ranking.classes.length === 0 ? [] : [classSection(ranking)]),
  ];
}

/** The report as sections. */
export function reportSections(report: SweepReport, look: Look): readonly Section[] {
  const ranking = rankingSections(report, look);
  if (report.best === null) {
    const advice = adviceSection(report, look);
    return advice === null ? ranking : [...ranking, advice];
  }
  return [
    ...ranking,
    curveSection(report),
    ...importanceSections(report),
    ...columnSections(report, look),
    postHocSection(report),
    decisionSection(report),
    thresholdSection(report),
    adviceSection(report, look),
  ].filter((section) => section !== null);
}

function classSection({ classes, shown, sweep, data }: Ranking): Section {
  const { tag, short } = baselineWords(sweep);
  const names = shown.map(({ role }) => (role.startsWith(tag) ? `${short}${role.slice(tag.length)}` : role));
  const last = names.at(-1) ?? '';
  const counted = data.card.groups === undefined ? '' : ', where rows of one group count as fewer';
  return {
    heading: 'Recall per class on validation rows',
    table: {
      columns: ['class', 'rare', 'train', 'val.', ...names, '95 %', 'bar'],
      rows: classes.map(classRow),
    },
    optional: ['train', 'val.', '95 %', 'bar'],
    notes: [
      ...shown.map(({ configuration, role }) => `${role}: ${configuration.label}.`),
      `95 %: Wilson interval of the mean recall of ${last} on the class’s validation rows${counted}; the bar is that recall.`,
    ],
  };
}

function classRow({ name, rare, trainRows, validationRows, recalls }: ClassRecall) {
  const last = recalls.at(-1) ?? null;
  return [
    name,
    rare ? 'rare' : '',
    trainRows,
    validationRows,
    ...recalls.map((own) => (own === null ? null : figure(own.mean))),
    last === null ? null : interval(last.interval),
    last === null ? null : bar(last.mean),
  ];
}

function testSection({ confirmations, shown, sweep, data, choices }: Ranking): Section {
  const others = choices
    .map(({ aim }) => aim.metric.name)
    .filter((name) => name !== 'rare_recall' && name !== sweep.metric.name);
  const metrics = [...new Set([sweep.metric.name, ...others, 'rare_recall' as const])];
  return {
    heading: `On ${rowsText(data, 'test')}, which were not used for ranking`,
    table: {
      columns: [
        'chosen for',
        ...metrics.flatMap((name) => [name, `95 % of ${name}`]),
        'optimism gap',
        'configuration',
      ],
      rows: confirmations.flatMap(({ label, of, optimism, ensemble }, at) => [
        [shown[at]?.role ?? '', ...valueCells(metrics, of), signedWithInterval(optimism.ranked), label],
        ...(ensemble === null
          ? []
          : [[`– ${ensemble.seeds} seeds together`, ...valueCells(metrics, ensemble.of), '', '']]),
      ]),
    },
    optional: ['optimism gap', ...metrics.toReversed().map((name) => `95 % of ${name}`)],
    notes: [
      `Optimism gap: how much better ${sweep.metric.name} is on the validation rows.`,
      ...ensembleNotes(confirmations, shown),
    ],
  };
}

function valueCells(
  metrics: readonly MetricName[],
  of: ReadonlyMap<MetricName, Pick<Estimate, 'mean' | 'interval'>>,
): readonly (string | null)[] {
  return metrics.flatMap((name) => {
    const own = of.get(name);
    return own === undefined ? [null, null] : [figure(own.mean), interval(own.interval)];
  });
}

/** None where programs tell no epochs. */
function curveSection({ configurations, curves, shown, epochChoice }: SweepReport): Section | null {
  const [first] = curves;
  if (first === undefined || curves.every(({ points }) => points.length === 0)) return null;
  const { name, goal } = first.metric;
  const word = epochWord(configurations.map(({ config }) => config));
  const listed = curves.slice(0, Math.max(5, shown.length));
  const isWhole = listed.every(({ points, whole }) => points.length === whole);
  return {
    heading: 'Learning curves, mean over seeds',
    table: {
      columns: [
        'configuration',
        `${name} by ${word}`,
        goal === 'maximize' ? 'highest' : 'lowest',
        `train loss by ${word}`,
        'last',
        `chosen ${word}s`,
      ],
      rows: listed.map(({ label, points, whole, chosenEpochs, best, lastTrainLoss }) => [
        label,
        sparkline(points.slice(0, whole).map(({ ranked }) => ranked)),
        figure(best),
        sparkline(points.slice(0, whole).map(({ trainLoss }) => trainLoss)),
        figure(lastTrainLoss),
        `${Math.min(...chosenEpochs)}–${Math.max(...chosenEpochs)}`,
      ]),
    },
    optional: [`train loss by ${word}`, 'last', `chosen ${word}s`],
    notes: [
      ...(isWhole ? [] : [`Curves end where the first of the seeds ended: later means are of fewer seeds.`]),
      ...(epochChoice.curves === null ? [] : [epochChoice.curves]),
    ],
  };
}

function importanceSections({ grids, sweep, race }: SweepReport): readonly Section[] {
  const isRaced = race !== null && race.dropped.length > 0;
  return grids.flatMap((grid) => importanceSection(grid, { metric: sweep.metric.name, isRaced }) ?? []);
}

interface Judged {
  readonly metric: MetricName;
  /** The search has dropped configurations. */
  readonly isRaced: boolean;
}

function importanceSection({ space, importance }: SpaceGrid, { metric, isRaced }: Judged): Section | null {
  if (importance === null) return null;
  const pairs = importance.pairs
    .slice(0, 3)
    .map(({ knobs, share }) => `${knobs.join(' × ')} ${percent(share, 1)}`);
  return {
    heading: `${space === null ? '' : `${space}: `}Effect of each axis on ${metric}`,
    table: {
      columns: ['axis', 'share', 'best value', 'mean there', '95 %', 'matters'],
      rows: importance.axes.map(({ knob, share, best, matters }) => [
        knob,
        percent(share, 1),
        best.label,
        figure(best.mean),
        interval(best.interval),
        matters ? 'yes' : 'no evidence',
      ]),
    },
    notes: [
      `Share of the variance between ${importance.isFullGrid || isRaced ? '' : 'finished '}configurations${space === null ? '' : ' of this space'}${isRaced ? ' that the search has left' : ''} (functional ANOVA); the mean is over all other axes.${importance.isDrawn === true ? ' Drawn numbers are compared in parts with about as many configurations each, and what chance gives as many parts is taken away.' : ''}`,
      ...(pairs.length === 0 ? [] : [`In addition, pairs of axes explain: ${pairs.join(', ')}.`]),
    ],
  };
}

function postHocSection({ postHoc, freeFix }: SweepReport): Section | null {
  if (postHoc.length === 0) return null;
  return {
    heading:
      'Corrections without training, tuned on one half of the validation rows and measured on the other',
    table: {
      columns: [
        'configuration',
        'τ',
        'macro_f1',
        'adjusted',
        'rare_recall',
        'rare adj.',
        'T',
        'log_loss',
        'scaled',
      ],
      rows: postHoc.map(({ label, tau, macro_f1, rare_recall, temperature, log_loss }) => [
        label,
        figure(tau, 2),
        figure(macro_f1.before),
        figure(macro_f1.after),
        figure(rare_recall.before),
        figure(rare_recall.after),
        figure(temperature, 2),
        figure(log_loss.before),
        figure(log_loss.after),
      ]),
    },
    optional: ['T', 'log_loss', 'scaled'],
    notes: [
      'Adjusted: the arg-max of z − τ · log π, where π is the class’s share of the training rows (Menon et al. 2021). Scaled: softmax(z / T).',
      ...(freeFix === null ? [] : [freeFix]),
    ],
  };
}

function adviceSection({ advice, sweep }: SweepReport, { db }: Look): Section | null {
  if (advice.length === 0) return null;
  return {
    heading: 'What to try next',
    notes: [
      ...advice.map(({ title, evidence, action }) => `${title}. ${evidence} ${withFullCommands(action, db)}`),
      ...(advice.some(({ changes }) => changes.length > 0)
        ? [`As a spec: ${codeSpan(`focalsweep suggest ${shellWord(sweep.name)}${dbWords(db)}`)}`]
        : []),
    ],
  };
}
