import type { Ranking } from '../../../analysis/ranking/ranking.js';
import { counted } from '../../../wording/counted.js';
import { figure } from '../../../wording/numbers.js';
import type { Look } from '../../renderer.js';
import { othersText } from '../ranking-section.js';
import type { Section } from '../section.js';

/** Who went on after each rung, and who was dropped; none for a sweep that drops nothing early. */
export function raceSections(
  { race, sweep }: Ranking,
  { top = Number.POSITIVE_INFINITY, db }: Look,
): readonly Section[] {
  if (race === null) return [];
  const { name } = sweep.metric;
  const left = race.dropped.length - top;
  const rungs: Section = {
    heading: 'Who went on',
    table: {
      columns: ['after', 'judged', 'went on', `best ${name}`],
      rows: race.rungs.map(({ rung, judged, wentOn, best }) => [rung, judged, wentOn, valueText(best)]),
    },
    notes: [race.sentence],
  };
  if (race.dropped.length === 0) return [rungs];
  return [
    rungs,
    {
      heading: `Dropped: ${counted(race.dropped.length, 'configuration')}, not ranked`,
      table: {
        columns: ['configuration', 'after', name, 'best that went on', 'epochs', 'trial'],
        rows: race.dropped
          .slice(0, top)
          .map(({ label, after, value, best, epochs, trialId }) => [
            label,
            after,
            valueText(value),
            valueText(best),
            epochs,
            trialId.slice(0, 8),
          ]),
      },
      optional: ['epochs', 'trial', 'best that went on'],
      notes: left > 0 ? [`${counted(left, 'more configuration')}: ${othersText(sweep, db)}`] : [],
    },
  ];
}

function valueText(value: number | null): string | null {
  return value === null ? null : figure(value);
}
