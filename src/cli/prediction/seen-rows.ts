import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { sourceFiles } from '../../data/read/read-source.js';
import type { SourceFile } from '../../data/read/source-files.js';
import { PART } from '../../data/read/table.js';
import { parseSpec } from '../../spec/parse-spec.js';
import type { SweepDetail } from '../../store/store.js';
import { withCommas } from '../../wording/numbers.js';

/** What to know of scores of rows that a model has seen, by the paths of its sweep's table; nothing if no file is of that table. */
export async function seenRowsNotes(
  sweep: SweepDetail,
  files: readonly SourceFile[],
): Promise<readonly string[]> {
  const seen = await seenFiles(sweep, files);
  if (seen.length === 0) return [];
  const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
    sweep.dataset.support[split].reduce((sum, rows) => sum + rows, 0),
  ) as [number, number, number];
  // Where each seed has a split of its own, these are the counts of one of them.
  const how =
    sweep.dataset.validationRows === undefined
      ? `${withCommas(train)} rows of it trained this model and ${withCommas(validation)} chose it`
      : 'each seed trained on some of its rows and chose by others';
  return [
    `${seen.join(' and ')} ${seen.length === 1 ? 'belongs' : 'belong'} to the table of "${sweep.name}": ${how}, so these scores are too good for new rows. The report scores its ${withCommas(test)} test rows.`,
  ];
}

/** Those of some files whose rows the sweep had for training or validation. */
async function seenFiles(
  { specText, specFile }: SweepDetail,
  files: readonly SourceFile[],
): Promise<readonly string[]> {
  if (specFile === null) return [];
  try {
    const { data } = parseSpec(specText, specFile);
    if (data === null) return [];
    const own = (await sourceFiles(data, dirname(specFile))).filter(({ part }) => part !== PART.test);
    const paths = new Set(own.map(({ path }) => realpathSync(path)));
    return files
      .filter(({ path, stream }) => stream === undefined && paths.has(realpathSync(path)))
      .map(({ shownAs }) => shownAs);
  } catch {
    return []; // The table has moved, or the spec is of another version.
  }
}
