import { change } from '../../analysis/ranking/change.js';
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
      columns: ['space', 'model', `best ${name}`, '95 %', 'its own CE', 'best − its own CE', 'tied', 'best'],
      rows: spaces.map((own) => [
        own.space,
        own.model,
        figure(own.best.ranked.mean),
        interval(own.best.ranked.interval),
        own.baseline === null ? null : figure(own.baseline.ranked.mean),
        own.gain === null ? null : change(own.gain),
        `${own.tied} of ${own.configurations}`,
        own.best.label,
      ]),
    },
    optional: ['model', '95 %', 'best'],
    notes: [
      'tied: configurations that cannot be told from the best of all spaces. The differences hold for all configurations of the space together at 95 %; no difference is the best configuration being cross-entropy itself.',
      ...(baseline === null
        ? []
        : [
            `The ranking compares with the best cross-entropy of all spaces, ${baseline.label}; its choice is part of the noise.`,
          ]),
    ],
  };
}
