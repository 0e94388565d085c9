import type { ColumnView, SeedSpread } from '../../analysis/columns/column-views.js';
import type { SweepReport } from '../../analysis/report.js';
import { counted } from '../../wording/counted.js';
import { figure, percent } from '../../wording/numbers.js';
import { bar } from '../text/sparklines.js';
import type { Section } from './section.js';

/** So many columns are shown of a configuration. */
export const SHOWN_COLUMNS = 10;

/** What the figures of columns mean, and what they do not. */
export const COLUMN_NOTE =
  'Drop: what the score of the validation rows loses when a column’s values are shuffled among them. Columns that say the same share their importance, and none of it says that a column is the cause.';
const GAIN_NOTE = 'Gain: the column’s share of what all splits of the trees take off the training loss.';

/** Which columns matter to the choices; to cross-entropy where nothing else is shown. */
export function columnSections({ columnImportance, sweep }: SweepReport): readonly Section[] {
  const { views } = columnImportance;
  const choices = views.filter(({ isCrossEntropy }) => !isCrossEntropy);
  const how = howToMeasure(columnImportance, sweep.name);
  const sections = (choices.length > 0 ? choices : views).map(columnSection);
  const last = sections.at(-1);
  if (last === undefined) return how === null ? [] : [{ heading: 'Which columns matter', notes: [how] }];
  const notes = [...last.notes, ...(views.some(({ isMeasured }) => isMeasured) ? [COLUMN_NOTE] : [])];
  if (views.some(({ columns }) => columns.some(({ gainShare }) => gainShare !== null))) notes.push(GAIN_NOTE);
  return [...sections.slice(0, -1), { ...last, notes: how === null ? notes : [...notes, how] }];
}

/** How to measure the runs of which nothing was measured; null where there are none. */
export function howToMeasure(
  { unmeasuredRuns }: SweepReport['columnImportance'],
  sweep: string,
): string | null {
  if (unmeasuredRuns === 0) return null;
  return `focalsweep importance ${sweep} measures what scores lose without each column: it trains ${counted(unmeasuredRuns, 'run')} once more.`;
}

function columnSection({ role, label, columns, seeds, isMeasured }: ColumnView): Section {
  const top = columns.slice(0, SHOWN_COLUMNS);
  const most = Math.max(...top.map(weightOf), 1e-12);
  const hasGain = top.some(({ gainShare }) => gainShare !== null);
  const figures = (spread: SeedSpread | null) => (spread === null ? null : figure(spread.mean));
  return {
    heading: `Which columns matter (${role}: ${label})`,
    table: {
      columns: [
        'column',
        ...(isMeasured ? ['macro_f1 drop', 'over seeds', 'rare_recall drop'] : []),
        ...(hasGain ? ['gain'] : []),
        'bar',
      ],
      rows: top.map((effect) => [
        effect.column,
        ...(isMeasured
          ? [figures(effect.macroF1Drop), rangeText(effect.macroF1Drop), figures(effect.rareRecallDrop)]
          : []),
        ...(hasGain ? [effect.gainShare === null ? null : percent(effect.gainShare.mean, 1)] : []),
        bar(Math.max(0, weightOf(effect)) / most),
      ]),
    },
    optional: ['bar', 'over seeds', 'rare_recall drop'],
    notes: [
      `${counted(seeds, 'seed')}${columns.length > top.length ? `; the first ${top.length} of ${counted(columns.length, 'column')}` : ''}.`,
    ],
  };
}

/** What a column is ranked by. */
export function weightOf({
  macroF1Drop,
  gainShare,
}: Pick<ColumnView['columns'][number], 'macroF1Drop' | 'gainShare'>): number {
  return macroF1Drop?.mean ?? gainShare?.mean ?? 0;
}

function rangeText(spread: SeedSpread | null): string | null {
  return spread === null ? null : `${figure(spread.low)} to ${figure(spread.high)}`;
}
