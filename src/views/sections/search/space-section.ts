import { baselineWords } from '../../../analysis/baseline-words.js';
import { change } from '../../../analysis/ranking/difference.js';
import type { Ranking } from '../../../analysis/ranking/ranking.js';
import { figure, interval, signedWithInterval } from '../../../wording/numbers.js';
import type { Section } from '../section.js';

/** What each of several spaces reaches, against its own cross-entropy; null for a sweep without a list of spaces. */
export function spaceSection({ spaces, sweep, baseline }: Ranking): Section | null {
  if (spaces.length === 0) return null;
  const { name } = sweep.metric;
  const { tag, short } = baselineWords(sweep);
  const own = `its own ${short}`;
  return {
    heading: 'Space by space',
    table: {
      columns: [
        'space',
        'model',
        `best ${name}`,
        '95 %',
        own,
        `best − ${own}`,
        'best − best of all',
        'tied',
        'best',
      ],
      rows: spaces.map((standing) => [
        standing.space,
        standing.model,
        figure(standing.best.ranked.mean),
        interval(standing.best.ranked.interval),
        standing.baseline === null ? null : figure(standing.baseline.ranked.mean),
        standing.gain === null ? null : change(standing.gain),
        standing.fromBest === null ? null : signedWithInterval(standing.fromBest),
        `${standing.tied} of ${standing.configurations}`,
        standing.best.label,
      ]),
    },
    optional: ['model', '95 %', 'best', 'best − best of all'],
    notes: [
      `tied: configurations that cannot be told from the best of all spaces. Differences hold at 95 % for all configurations together, those from the own ${tag} for all of the space; where one is missing, the two are the same configuration.`,
      ...(baseline === null
        ? []
        : [
            `The ranking compares with the best ${tag} of all spaces, ${baseline.label}; its choice is part of the noise.`,
          ]),
    ],
  };
}
