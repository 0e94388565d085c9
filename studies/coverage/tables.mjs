// The findings as Markdown.
import { markdownTable } from '../../bench/markdown-table.mjs';

const NAMES = { macro_f1: 'macro-F1', rare_recall: 'rare recall', worst_recall: 'worst recall' };
const percent = (share) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(0)} %`);
const plusMinus = (error, digits) => (Number.isNaN(error) ? '' : ` ±${(2 * error).toFixed(digits)}`);
const share = ({ mean, error, count }) =>
  count === 0 ? '–' : `${(100 * mean).toFixed(1)} %${plusMinus(100 * error, 1)}`;
const figure = ({ mean, count }) => (count === 0 ? '–' : mean.toFixed(3));
const signed = (value) => `${value < -0.0005 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const change = ({ mean, error }) => `${signed(mean)}${plusMinus(error, 3)}`;

/** All tables of a study; ± is twice the standard error over tables. */
export function studyText({ name, tables, spreads, judged }) {
  const rows = (part, cells) =>
    judged.flatMap(({ seeds, ...parts }) =>
      parts[part].map((one) => [NAMES[one.metric] ?? one.rule, seeds, ...cells(one)]),
    );
  const section = (title, head, lines) => `**${title}**\n\n${markdownTable(head, lines)}`;
  return [
    `### ${name}: ${tables} tables`,
    section(
      'How configurations vary in truth (standard deviations)',
      ['metric', 'between seeds', 'between training rows'],
      Object.entries(spreads).map(([metric, { seeds, rows: ofRows }]) => [
        NAMES[metric],
        seeds.toFixed(3),
        ofRows.toFixed(3),
      ]),
    ),
    section(
      'Intervals of own values on validation rows',
      [
        'metric',
        'seeds',
        'hold the truth',
        'lie above it',
        'lie below it',
        'hold it for this table',
        '… by further seeds alone',
        'width',
        'value too high by',
        'for the winner',
      ],
      rows('own', (one) => [
        share(one.any),
        percent(one.tooHigh.mean),
        percent(one.tooLow.mean),
        share(one.given),
        share(one.further),
        figure(one.width),
        change(one.flattered),
        change(one.winnerFlattered),
      ]),
    ),
    ...[
      ['againstBaseline', 'Intervals of differences from cross-entropy, validation rows'],
      ['againstBest', 'Intervals of differences from the best, validation rows (`compare`, ranks 2 to 12)'],
    ].map(([part, title]) =>
      section(
        title,
        [
          'metric',
          'seeds',
          'hold the truth',
          'hold it for this table',
          'all of a sweep hold it',
          'width',
          'better',
          'worse',
          'wrong sign',
          'wrong sign for this table',
        ],
        rows(part, (one) => [
          share(one.any),
          share(one.given),
          percent(one.allAtOnce.mean),
          figure(one.width),
          one.better,
          one.worse,
          one.wrongAny,
          one.wrongGiven,
        ]),
      ),
    ),
    section(
      'Intervals on test rows, of the configurations that the report shows there',
      [
        'metric',
        'seeds',
        'own values hold the truth',
        'differences hold it',
        'better',
        'worse',
        'wrong sign',
      ],
      rows('test', (one) => [share(one.own), share(one.any), one.better, one.worse, one.wrongAny]),
    ),
    section(
      'The true best in macro-F1',
      [
        'seeds',
        'is in the tied set',
        'that of this table is',
        'size of the tied set',
        'P(best) said → true (for this table), number',
      ],
      judged.map(({ seeds, standings }) => [
        seeds,
        percent(standings.tiedAny.mean),
        percent(standings.tiedGiven.mean),
        standings.size.toFixed(1),
        standings.calibration
          .filter(({ count }) => count > 0)
          .map(
            ({ said, any, given, count }) =>
              `${percent(said)} → ${percent(any)} (${percent(given)}), ${count}`,
          )
          .join('; '),
      ]),
    ),
    section(
      'Choices: true differences from the cross-entropy of the sweep',
      [
        'rule',
        'seeds',
        'not the baseline',
        'Δ macro-F1 ≥ −0.03',
        '… for this table',
        'Δ macro-F1',
        'Δ rare recall',
        '… for this table',
        'largest loss of macro-F1, this table',
        'macro-F1 below the best',
        '… for this table',
      ],
      rows('choices', (one) => [
        percent(one.others),
        percent(one.keepsAny),
        percent(one.keepsGiven),
        signed(one.gains.macro_f1),
        signed(one.gains.rare_recall),
        signed(one.gainsGiven.rare_recall),
        signed(one.lost),
        one.lacksAny.toFixed(4),
        one.lacksGiven.toFixed(4),
      ]),
    ),
    section(
      'After training: differences from the cross-entropy of the sweep on the fresh rows, by the same models',
      [
        'decision',
        'seeds',
        'found',
        'median factor',
        'Δ macro-F1 ≥ −0.03',
        'Δ macro-F1',
        'Δ rare recall',
        'largest loss of macro-F1',
        'intervals of Δ macro-F1 hold it',
        '… of Δ rare recall',
      ],
      rows('afterTraining', (one) => [
        percent(one.found),
        one.factors.toSorted((a, b) => a - b)[one.factors.length >> 1],
        percent(one.keeps),
        change(one.gains.macro_f1),
        change(one.gains.rare_recall),
        signed(one.lost),
        share(one.holds.macro_f1),
        share(one.holds.rare_recall),
      ]),
    ),
  ].join('\n\n');
}
