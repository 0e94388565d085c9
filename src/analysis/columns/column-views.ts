import { isForProgram } from '../../program.js';
import type { ColumnImportance } from '../../sweep.js';
import { sum } from '../../wording/numbers.js';
import type { Shown } from '../ranking/ranking.js';

/** The mean over seeds, and the lowest and the highest of them. */
export interface OverSeeds {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What a column of the source means to a configuration. */
export interface ColumnEffect {
  readonly column: string;
  /** What macro-F1 of the validation rows loses when the column is shuffled among them; null where it was not measured. */
  readonly macroF1Drop: OverSeeds | null;
  /** The same of the rare recall. */
  readonly rareRecallDrop: OverSeeds | null;
  /** Share of the gain of all splits; null for a model without trees. */
  readonly gainShare: OverSeeds | null;
}

/** What columns mean to a shown configuration. */
export interface ColumnView {
  readonly trialId: string;
  readonly label: string;
  readonly role: string;
  readonly isCrossEntropy: boolean;
  /** Seeds of which it is known. */
  readonly seeds: number;
  /** Columns were shuffled, not only gains added up. */
  readonly isMeasured: boolean;
  /** Most important first: by what macro-F1 loses, or else by gain. */
  readonly columns: readonly ColumnEffect[];
}

/** What is known of columns, and of how many runs of the shown configurations nothing was measured. */
export interface ColumnFindings {
  readonly views: readonly ColumnView[];
  readonly unmeasuredRuns: number;
}

type Known = ReadonlyMap<string, readonly ColumnImportance[]>;

/** Puts together what columns mean to the shown configurations, over their seeds. */
export function columnFindings(known: Known, shown: readonly Shown[]): ColumnFindings {
  // Nobody else than a program can train it, or predict by it, once more.
  const runs = shown.flatMap(({ configuration: { config, runs: own } }) => (isForProgram(config) ? [] : own));
  return {
    views: shown.flatMap((own) => columnView(known, own)),
    unmeasuredRuns: runs.filter(({ runId }) => !isMeasured(known.get(runId))).length,
  };
}

/** Whether columns were shuffled for a run. */
export function isMeasured(columns: readonly ColumnImportance[] = []): boolean {
  return columns.some(({ drops }) => drops !== null);
}

/** Of the seeds that were measured; of all that say something where none was. */
function columnView(known: Known, { configuration, role }: Shown): readonly ColumnView[] {
  const { trialId, label, isCrossEntropy, runs } = configuration;
  const all = runs.flatMap(({ runId }) => {
    const columns = known.get(runId) ?? [];
    return columns.length === 0 ? [] : [columns];
  });
  const measured = all.filter(isMeasured);
  const used = measured.length > 0 ? measured : all;
  if (used.length === 0) return [];
  return [
    {
      ...{ trialId, label, role, isCrossEntropy },
      seeds: used.length,
      isMeasured: measured.length > 0,
      columns: columnEffects(used),
    },
  ];
}

/** A column that varies in the training rows of some seeds only is that of those. */
function columnEffects(seeds: readonly (readonly ColumnImportance[])[]): readonly ColumnEffect[] {
  const byColumn = new Map<string, ColumnImportance[]>();
  for (const own of seeds.flat()) byColumn.set(own.column, [...(byColumn.get(own.column) ?? []), own]);
  const effects = [...byColumn].map(([column, own]) => ({
    column,
    macroF1Drop: spread(own.map(({ drops }) => drops?.macroF1.mean)),
    rareRecallDrop: spread(own.map(({ drops }) => drops?.rareRecall.mean)),
    gainShare: spread(own.map(({ gainShare }) => gainShare)),
  }));
  const weight = ({ macroF1Drop, gainShare }: ColumnEffect) => macroF1Drop?.mean ?? gainShare?.mean ?? 0;
  return effects.toSorted(
    (a, b) => weight(b) - weight(a) || (b.gainShare?.mean ?? 0) - (a.gainShare?.mean ?? 0),
  );
}

function spread(values: readonly (number | null | undefined)[]): OverSeeds | null {
  const known = values.filter((value) => typeof value === 'number' && !Number.isNaN(value)) as number[];
  if (known.length === 0) return null;
  return { mean: sum(known) / known.length, low: Math.min(...known), high: Math.max(...known) };
}
