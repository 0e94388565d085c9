import type { ClassRecall, Ranking } from '../../analysis/ranking/ranking.js';
import type { SweepReport } from '../../analysis/report.js';
import { counted } from '../../wording/counted.js';
import { figure, interval, percent, signed } from '../../wording/numbers.js';
import { bar, sparkline } from '../text/sparklines.js';
import { decisionSection, thresholdSection } from './decision-sections.js';
import { rankingSection } from './ranking-section.js';
import type { Section } from './section.js';

/** The end of a launch as sections: the ranking of at most `top` configurations, classes and test rows. */
export function rankingSections(ranking: Ranking, top?: number): readonly Section[] {
  const first = rankingSection(ranking, top);
  return ranking.best === null ? [first] : [first, classSection(ranking), testSection(ranking)];
}

/** The report as sections. */
export function reportSections(report: SweepReport, top?: number): readonly Section[] {
  const ranking = rankingSections(report, top);
  if (report.best === null) {
    const advice = adviceSection(report);
    return advice === null ? ranking : [...ranking, advice];
  }
  return [
    ...ranking,
    curveSection(report),
    importanceSection(report),
    postHocSection(report),
    decisionSection(report),
    thresholdSection(report),
    adviceSection(report),
  ].filter((section) => section !== null);
}

function classSection({ classes }: Ranking): Section {
  return {
    heading: 'Recall per class on validation rows: cross-entropy against the best other configuration',
    table: {
      columns: ['class', 'rare', 'train', 'val.', 'CE', 'best other', '95 %', 'change', 'bar'],
      rows: classes.map(classRow),
    },
    optional: ['train', 'val.', '95 %', 'bar'],
    notes: [
      '95 %: Wilson interval of best other’s mean recall on the class’s validation rows; the bar is that recall.',
    ],
  };
}

function classRow({ name, rare, trainRows, validationRows, baseline, challenger, change }: ClassRecall) {
  return [
    name,
    rare ? 'rare' : '',
    trainRows,
    validationRows,
    baseline === null ? null : figure(baseline.mean),
    challenger === null ? null : figure(challenger.mean),
    challenger === null ? null : interval(challenger.interval),
    change === null ? null : signed(change),
    challenger === null ? null : bar(challenger.mean),
  ];
}

function testSection({ confirmations, sweep, data, headline }: Ranking): Section {
  const { name } = sweep.metric;
  return {
    heading: `The same two on ${counted(data.rows.test, 'test row')}, which were not used for ranking`,
    table: {
      columns: ['configuration', name, '95 %', 'rare_recall', '95 % of rare_recall', 'optimism gap'],
      rows: confirmations.map(({ isCrossEntropy, label, ranked, rare_recall, optimismGap }) => [
        `${isCrossEntropy ? 'cross-entropy' : 'best other'}: ${label}`,
        figure(ranked.mean),
        interval(ranked.interval),
        figure(rare_recall.mean),
        interval(rare_recall.interval),
        signed(optimismGap),
      ]),
    },
    optional: ['95 % of rare_recall', 'optimism gap'],
    notes: headline === null ? [] : [headline.confirmation],
  };
}

function curveSection({ curves }: SweepReport): Section {
  return {
    heading: 'Learning curves, mean over seeds',
    table: {
      columns: [
        'configuration',
        'macro_f1 by epoch',
        'highest',
        'train loss by epoch',
        'last',
        'chosen epochs',
      ],
      rows: curves.map(({ label, points, chosenEpochs, highestMacroF1, lastTrainLoss }) => [
        label,
        sparkline(points.map(({ macro_f1 }) => macro_f1)),
        figure(highestMacroF1),
        sparkline(points.map(({ trainLoss }) => trainLoss)),
        figure(lastTrainLoss),
        `${Math.min(...chosenEpochs)}–${Math.max(...chosenEpochs)}`,
      ]),
    },
    optional: ['train loss by epoch', 'last', 'chosen epochs'],
    notes: [],
  };
}

function importanceSection({ importance, sweep }: SweepReport): Section | null {
  if (importance === null) return null;
  const pairs = importance.pairs
    .slice(0, 3)
    .map(({ knobs, share }) => `${knobs.join(' × ')} ${percent(share, 1)}`);
  return {
    heading: `Effect of each axis on ${sweep.metric.name}`,
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
      `Share of the variance between ${importance.isFullGrid ? '' : 'finished '}configurations (functional ANOVA); the mean is over all other axes.`,
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

function adviceSection({ advice, sweep }: SweepReport): Section | null {
  if (advice.length === 0) return null;
  return {
    heading: 'What to try next',
    notes: [
      ...advice.map(({ title, evidence, action }) => `${title}. ${evidence} ${action}`),
      ...(advice.some(({ changes }) => changes.length > 0)
        ? [`As a spec: focalsweep suggest ${sweep.name}`]
        : []),
    ],
  };
}
