import { change } from '../../analysis/ranking/change.js';
import { gapText } from '../../analysis/ranking/headline.js';
import type { Ranking } from '../../analysis/ranking/ranking.js';
import { figure, interval } from '../../wording/numbers.js';
import type { Section } from './section.js';

/** What each of several spaces reaches, against its own cross-entropy; null for a sweep without a list of spaces. */
export function spaceSection({ spaces, sweep, baseline }: Ranking): Section | null {
  if (spaces.length === 0) return null;
  const { name } = sweep.metric;
  return {
    heading: 'Space by space',
    table: {
      columns: [
        'space',
        'model',
        `best ${name}`,
        '95 %',
        'its own CE',
        'best − its own CE',
        'best − best of all',
        'tied',
        'best',
      ],
      rows: spaces.map((own) => [
        own.space,
        own.model,
        figure(own.best.ranked.mean),
        interval(own.best.ranked.interval),
        own.baseline === null ? null : figure(own.baseline.ranked.mean),
        own.gain === null ? null : change(own.gain),
        own.fromBest === null ? null : gapText(own.fromBest),
        `${own.tied} of ${own.configurations}`,
        own.best.label,
      ]),
    },
    optional: ['model', '95 %', 'best', 'best − best of all'],
    notes: [
      'tied: configurations that cannot be told from the best of all spaces. Differences hold at 95 % for all configurations together, those from the own cross-entropy for all of the space; where one is missing, the two are the same configuration.',
      ...(baseline === null
        ? []
        : [
            `The ranking compares with the best cross-entropy of all spaces, ${baseline.label}; its choice is part of the noise.`,
          ]),
    ],
  };
}
