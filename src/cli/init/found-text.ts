import type { TableFindings } from '../../data/inspect/inspect-table.js';
import type { PlannedFacts } from '../../plan/first-spec/first-spec.js';
import { yamlValue } from '../../plan/first-spec/yaml-text.js';
import { wrap } from '../../views/text/wrap.js';
import { andMore } from '../../wording/and-more.js';
import { counted } from '../../wording/counted.js';
import { printable } from '../../wording/printable.js';
import { shellWord } from '../../wording/shell-word.js';
import { terminalWidth } from '../terminal/print.js';

const MOST_DROPS = 10;
const MOST_RARE = 12;

/** What was found, where it is written, and what to type next. */
export function foundText(
  { rowCount, columnCount, files, form, label, drops, keptLeaks, split, behindLabel }: TableFindings,
  { runs, configurations, classes, cost }: PlannedFacts,
  { specFile, written }: { readonly specFile: string; readonly written: readonly string[] },
): string {
  const rare = classes.filter(({ isRare }) => isRare);
  const others = label.runnersUp.map(({ name }) => name).join(', ');
  const rareRows = rare.map(({ name, trainRows }) => `${name} ${trainRows}`);
  const lines = [
    `${files.join(', ')}: ${counted(rowCount, 'row')}, ${counted(columnCount, 'column')}`,
    ...Object.entries(form.reasons).map(([key, reason]) => `  ${key}: ${reason}`),
    `  label: ${label.column.name} (${label.reason})${others === '' ? '' : `; next likely: ${others}`}`,
    ...drops.slice(0, MOST_DROPS).map(({ name, reason }) => `  left out: ${name} (${reason})`),
    ...(drops.length > MOST_DROPS ? [`  left out: ${drops.length - MOST_DROPS} more, see the spec`] : []),
    ...behindLabel.map((name) => `  perhaps to leave out: ${name} (it stands behind the label)`),
    ...keptLeaks.map(({ name, reason }) => `  kept: ${name}, because no other column is left (${reason})`),
    `  split: ${split.reason}`,
    ...split.others.map(({ split: other, reason }) => `  perhaps split: ${yamlValue(other)} (${reason})`),
    ...(split.smallReason === undefined ? [] : [`  min_class_rows: ${split.smallReason}`]),
    `  rare classes, with their training rows: ${andMore(rareRows, MOST_RARE)}`,
    `  first grid: ${counted(configurations, 'configuration')}, ${counted(runs, 'run')}${cost === undefined ? '' : `; ${cost}`}`,
    `Written: ${written.join(', ')}. Next:`,
    `  npx focalsweep launch ${shellWord(specFile)}`,
  ];
  return lines.map((line) => wrap(printable(line), terminalWidth())).join('\n');
}
