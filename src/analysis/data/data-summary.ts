import { allNotes, classSupport, type Dataset } from '../../data/dataset.js';
import { detectableDifference } from '../../data/split/detectable-difference.js';
import type { SplitName } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { sum } from '../../wording/numbers.js';
import type { DatasetRecord } from '../facts/facts.js';

type DescribedData = Pick<
  DatasetRecord,
  'fingerprint' | 'rowCount' | 'featureCount' | 'classNames' | 'rareClasses' | 'support' | 'card'
>;

/** A class of a table with its rows in each split. */
export interface ClassRows {
  readonly name: string;
  readonly rare: boolean;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** What people should know about a table. */
export interface DataSummary extends Omit<DescribedData, 'rareClasses'> {
  /** Most training rows first. */
  readonly classes: readonly ClassRows[];
  readonly rareNames: readonly string[];
  readonly rows: { readonly [name in SplitName]: number };
  /** Rows of validation and test. */
  readonly measuredRows: number;
  /** Those of them whose features and label also occur in training. */
  readonly duplicateShare: number;
  readonly isNormalised: boolean;
  /** The smallest difference in rare recall that the validation rows can show. */
  readonly detectableDifference: number;
  /** What needs attention first. */
  readonly notes: readonly string[];
}

/** A summary with the names of the features, which only a loaded table has. */
export interface DataReport extends DataSummary {
  readonly featureNames: readonly string[];
}

/** Features with means and standard deviations this near to 0 and 1 are normalised, even if the sweep did not do it. */
const NORMALISED = 0.01;

/** Summarises a table as it is stored with a sweep. */
export function dataSummary({ rareClasses, ...data }: DescribedData): DataSummary {
  const { classNames, support, card } = data;
  const rows = { train: sum(support.train), validation: sum(support.validation), test: sum(support.test) };
  const measuredRows = rows.validation + rows.test;
  const { largestMean, largestSdDeviation } = card.normalization;
  return {
    ...data,
    featureCount: shownFeatures(data),
    classes: classNames.map((name, index) => ({
      name,
      rare: rareClasses.includes(index),
      train: support.train[index] ?? 0,
      validation: support.validation[index] ?? 0,
      test: support.test[index] ?? 0,
    })),
    rareNames: rareClasses.map((index) => classNames[index] ?? ''),
    rows,
    measuredRows,
    duplicateShare: card.duplicatesAcrossSplits / Math.max(1, measuredRows),
    isNormalised: largestMean < NORMALISED && largestSdDeviation < NORMALISED,
    detectableDifference: detectableDifference(rareClasses.map((index) => support.validation[index] ?? 0)),
    notes: allNotes(card),
  };
}

/** A sweep's own features: a dataset is recorded once for all preparations, with the features before numbers were encoded. */
function shownFeatures({ featureCount, card }: Pick<DescribedData, 'featureCount' | 'card'>): number {
  return card.encodeNumbers === undefined ? featureCount : sum(card.columns.map(({ features }) => features));
}

/** `399 test rows`; `the test rows` of a program that tells metrics alone. */
export function rowsText({ classes, rows }: DataSummary, split: 'validation' | 'test'): string {
  return classes.length === 0 ? `the ${split} rows` : counted(rows[split], `${split} row`);
}

/** Describes a loaded table. */
export function dataReport(dataset: Dataset): DataReport {
  const { fingerprint, rowCount, featureCount, featureNames, classNames, rareClasses, card } = dataset;
  const support = {
    train: [...classSupport(dataset, 'train')],
    validation: [...classSupport(dataset, 'validation')],
    test: [...classSupport(dataset, 'test')],
  };
  const described = { fingerprint, rowCount, featureCount, classNames, rareClasses, support, card };
  return { ...dataSummary(described), featureNames };
}
