import { createHash } from 'node:crypto';
import { UserError } from '../errors.js';
import type { ToldLabels } from '../sweep.js';
import { counted } from '../wording/counted.js';
import { classSupport, type Dataset } from './dataset.js';
import { arenaBytes, createSharedArena } from './shared-memory.js';
import { type ClassCount, rareClasses } from './split/rare-classes.js';

/**
 * The dataset of a sweep without `data:`, from the true labels that its program told: validation rows, then test rows, and no
 * features and no training rows. Null for a program that tells metrics alone: nothing is known of its rows and classes then.
 * `program` names it for people. Throws UserError for labels by which nothing can be measured.
 */
export function toldDataset(told: ToldLabels | null, program: string): Dataset {
  const { classNames, validation, test } = told ?? NOTHING;
  const rows = labelledRows(validation, test);
  const counts = classCounts({ ...rows, classNames });
  return {
    ...rows,
    fingerprint: toldFingerprint(told),
    featureCount: 0,
    featureNames: [],
    featureColumns: [],
    classNames,
    rareClasses: told === null ? [] : rarestClasses(counts),
    preparation: { columns: [], classNames },
    card: {
      source: program,
      columns: [],
      normalize: 'none',
      normalization: { largestMean: 0, largestSdDeviation: 0 },
      duplicatesAcrossSplits: 0,
      notes: [told === null ? METRICS_ALONE : labelsNote(told)],
    },
  };
}

const NOTHING: ToldLabels = { classNames: [], validation: new Uint16Array(0), test: new Uint16Array(0) };

const METRICS_ALONE =
  'The program tells metrics alone, so intervals come from seeds, and there are no classes, no confusions and no confirmation by rows.';

function labelsNote({ validation, test }: ToldLabels): string {
  const rows = `${counted(validation.length, 'validation row')} and ${counted(test.length, 'test row')}`;
  return `The program has its own data: the labels of ${rows} are those of its first result, and nothing is known of its training rows.`;
}

/** Everything of the dataset that lies in shared memory. */
function labelledRows(
  validation: Uint16Array,
  test: Uint16Array,
): Pick<Dataset, 'memory' | 'rowCount' | 'features' | 'labels' | 'split'> {
  const rowCount = validation.length + test.length;
  const lengths = [0, rowCount, 0, validation.length, test.length];
  const arena = createSharedArena(lengths.reduce((sum, length) => sum + arenaBytes(length), 0));
  const features = arena.float32(0);
  const labels = arena.int32(rowCount);
  labels.set(validation);
  labels.set(test, validation.length);
  const rowsFrom = (first: number, length: number) => {
    const rows = arena.int32(length);
    for (let at = 0; at < length; at++) rows[at] = first + at;
    return rows;
  };
  const split = {
    train: rowsFrom(0, 0),
    validation: rowsFrom(0, validation.length),
    test: rowsFrom(validation.length, test.length),
  };
  return { memory: arena.memory, rowCount, features, labels, split };
}

/** Training rows are unknown, so those that are known stand for them. */
function classCounts(dataset: Pick<Dataset, 'labels' | 'split' | 'classNames'>): ClassCount[] {
  const [validation, test] = [classSupport(dataset, 'validation'), classSupport(dataset, 'test')];
  return dataset.classNames.map((name, cls) => {
    const own = { validation: validation[cls] as number, test: test[cls] as number };
    return { name, train: own.validation + own.test, ...own };
  });
}

function rarestClasses(counts: readonly ClassCount[]): readonly number[] {
  if (counts.some(({ validation, test }) => validation > 0 && test > 0))
    return rareClasses(counts, undefined);
  throw new UserError('the program told labels that have no class in both validation and test', {
    fix: 'Tell the true labels of the rows that were predicted: `labels` beside `predictions`, for both splits.',
  });
}

/** SHA-256, hex, over the labels and the label set, which are all that is known. */
function toldFingerprint(told: ToldLabels | null): string {
  const hash = createHash('sha256');
  if (told === null) return hash.update('told: metrics alone').digest('hex');
  hash.update(JSON.stringify({ told: 'labels', classNames: told.classNames }));
  for (const labels of [told.validation, told.test]) {
    hash.update(`|${labels.length}|`);
    hash.update(labels);
  }
  return hash.digest('hex');
}
