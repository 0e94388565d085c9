import { baselineWords } from '../../analysis/baseline-words.js';
import type { ColumnView, OverSeeds } from '../../analysis/columns/column-views.js';
import type { SweepReport } from '../../analysis/report.js';
import { codeSpan } from '../../wording/code-span.js';
import { counted } from '../../wording/counted.js';
import { dbWords } from '../../wording/db-words.js';
import { figure, percent } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import type { Look } from '../renderer.js';
import { bar } from '../text/sparklines.js';
import type { Section } from './section.js';

/** So many columns are shown of a configuration. */
export const SHOWN_COLUMNS = 10;

const DROP_NOTE =
  'A score here is what it loses on the validation rows when a column’s values are shuffled among them. Columns that say the same share their importance, and none of it says that a column is the cause.';
const GAIN_NOTE =
  'Gain: the column’s share of what all splits of the trees take off the training loss. Columns that say the same share it.';

/** Which columns matter to the choices, and to the baseline where that was measured or nothing else is shown. */
export function columnSections(report: SweepReport, look: Look): readonly Section[] {
  const { views } = report.columnImportance;
  const { tag } = baselineWords(report.sweep);
  const choices = views.filter(({ role }) => role !== tag);
  const measured = views.filter(({ role, isMeasured }) => role === tag && isMeasured);
  const shown = choices.length > 0 ? [...choices, ...measured] : views;
  const sections = shown.map(columnSection);
  const notes = columnNotes(report, shown, look);
  const last = sections.pop();
  if (last !== undefined) return [...sections, { ...last, notes: [...last.notes, ...notes] }];
  return notes.length === 0 ? [] : [{ heading: 'Which columns matter', notes }];
}

/** What the figures mean, what they do not, and how to get those that are missing; `gainsOf` are those whose gains are shown. */
export function columnNotes(
  { columnImportance, sweep }: SweepReport,
  gainsOf: readonly ColumnView[],
  { db }: Look,
): readonly string[] {
  const { views, unmeasuredRuns } = columnImportance;
  return [
    ...(views.some(({ isMeasured }) => isMeasured) ? [DROP_NOTE] : []),
    ...(gainsOf.some(hasGain) ? [GAIN_NOTE] : []),
    ...(unmeasuredRuns === 0
      ? []
      : [
          `What scores lose without each column is measured by ${codeSpan(`focalsweep importance ${shellWord(sweep.name)}${dbWords(db)}`)} (it trains ${counted(unmeasuredRuns, 'run')} once more).`,
        ]),
  ];
}

function hasGain({ columns }: ColumnView): boolean {
  return columns.some(({ gainShare }) => gainShare !== null);
}

function columnSection(view: ColumnView): Section {
  const { role, label, columns, seeds, isMeasured } = view;
  const top = columns.slice(0, SHOWN_COLUMNS);
  const largest = Math.max(...top.map(weightOf), 1e-12);
  return {
    heading: `Which columns matter, by ${isMeasured ? 'what scores lose without them' : 'gain'}: ${role}, ${label}`,
    table: {
      columns: [
        'column',
        ...(isMeasured ? ['macro_f1', 'over seeds', 'rare_recall'] : []),
        ...(hasGain(view) ? ['gain'] : []),
        'bar',
      ],
      rows: top.map((effect) => [
        effect.column,
        ...(isMeasured
          ? [meanText(effect.macroF1Drop), rangeText(effect.macroF1Drop), meanText(effect.rareRecallDrop)]
          : []),
        ...(hasGain(view) ? [effect.gainShare && percent(effect.gainShare.mean, 1)] : []),
        bar(weightOf(effect) / largest),
      ]),
    },
    optional: ['bar', 'over seeds', 'rare_recall'],
    notes:
      columns.length > top.length
        ? [`The first ${top.length} of ${columns.length} columns, ${counted(seeds, 'seed')}.`]
        : [],
  };
}

/** What a column is ranked by. */
function weightOf({ macroF1Drop, gainShare }: ColumnView['columns'][number]): number {
  return macroF1Drop?.mean ?? gainShare?.mean ?? 0;
}

function meanText(spread: OverSeeds | null): string | null {
  return spread && figure(spread.mean);
}

function rangeText(spread: OverSeeds | null): string | null {
  return spread && `${figure(spread.low)} to ${figure(spread.high)}`;
}
