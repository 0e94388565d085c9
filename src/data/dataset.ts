import { type DataKnobs, dataKey } from '../knobs/data-knobs.js';
import { KNOB_DEFAULTS } from '../knobs/knobs.js';
import type { Preparation } from '../model/preparation.js';
import type { SplitName } from '../sweep.js';

/** What a column of the source became. */
export interface ColumnCard {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical' | 'constant';
  /** Rows without a value. */
  readonly missing: number;
  /** Encoded features that the column gives: 1 for a number, or its bins, and 1 for its missing indicator; one per category, and `unknown`. */
  readonly features: number;
}

/** Neighbouring features that one column of the source gives. */
export interface FeatureColumn {
  readonly name: string;
  /** The first of its features. */
  readonly first: number;
  readonly count: number;
}

/** The groups of the rows that results are measured on, as text of a data card: base64 of a number per row, little-endian. */
export interface RecordedGroups {
  readonly columns: readonly string[];
  /** In the order of the validation labels: where seeds have splits of their own, of all rows that are no test rows. */
  readonly validation: string;
  readonly test: string;
}

/** What people should know about a dataset: shown by `focalsweep data`, stored with the sweep. */
export interface DataCard {
  readonly source: string;
  readonly columns: readonly ColumnCard[];
  readonly normalize: DataKnobs['normalize'];
  /** Absent for `none`. */
  readonly encodeNumbers?: Exclude<DataKnobs['encode_numbers'], 'none'>;
  /** Largest |mean| and |sd − 1| of a scaled number over the training rows: ~0 when normalised. Indicators and bins are not scaled. */
  readonly normalization: { readonly largestMean: number; readonly largestSdDeviation: number };
  /** Rows of validation or test whose features and label also occur in training. */
  readonly duplicatesAcrossSplits: number;
  /** Others whose label and, nearly, features occur in training; absent where too few features tell rows apart. */
  readonly nearDuplicatesAcrossSplits?: number;
  /** Training rows of each class in every fold, where folds by time leave rows out: seed s has fold (s − 1) mod k. */
  readonly foldTrainRows?: readonly (readonly number[])[];
  /** Where rows come in groups, those that intervals are drawn by; absent for sweeps that an older version recorded. */
  readonly groups?: RecordedGroups;
  /** Sentences about what was done: columns dropped, classes dropped, labels of the inferred kind. */
  readonly notes: readonly string[];
  /** What was probably not intended: every plan and report repeats these sentences. Absent if there are none. */
  readonly warnings?: readonly string[];
}

/** What the values of a feature are. */
export interface FeatureKind {
  /** How many categories: values are their codes, from 0 on. 0 for numbers. */
  readonly categories: number;
  /** Whether training rows lack a value: it is NaN, and so is every other category. */
  readonly hasMissing: boolean;
}

/** The part of a shared WebAssembly.Memory that is used here; the types of the DOM and of Node differ. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  /** Adds 64-KiB pages; returns how many there were. */
  grow(pages: number): number;
}

/**
 * An encoded, split, normalised table. All arrays are views over one shared memory, so that worker threads read it without
 * a copy; a shared WebAssembly memory lets the wasm engines do so too. Everything here survives structured clone.
 */
export interface Dataset {
  /** The memory that holds features, labels and split; its first RESERVED_BYTES belong to wasm modules. */
  readonly memory: SharedMemory;
  /**
   * SHA-256, hex, over everything that a training run can see: features, labels, names, split, rare classes. The features are taken
   * under `fingerprintKnobs`, so that it stands for the rows and not for the preparation of numbers.
   */
  readonly fingerprint: string;
  /** Of the raw rows, hex; only where programs read them. */
  readonly rawDigest?: string;
  readonly rowCount: number;
  readonly featureCount: number;
  /** Features under `fingerprintKnobs`, if those are other ones. */
  readonly plainFeatureCount?: number;
  readonly featureNames: readonly string[];
  /** Of features that are no plain numbers; absent where all are. */
  readonly featureKinds?: readonly FeatureKind[];
  /** The columns that give features, in their order. */
  readonly featureColumns: readonly FeatureColumn[];
  /** The fixed label set, most training rows first (ties by name). */
  readonly classNames: readonly string[];
  /** Class indices that `rare_recall` averages over. */
  readonly rareClasses: readonly number[];
  /** rowCount × featureCount, row-major. */
  readonly features: Float32Array;
  /** rowCount class indices. */
  readonly labels: Int32Array;
  /** Row indices of each split, ascending. */
  readonly split: { readonly [name in SplitName]: Int32Array };
  /** How a row of the source becomes a row of features. */
  readonly preparation: Preparation;
  readonly card: DataCard;
}

/** What of a dataset training sees. Everything else is for people and for models, and would be copied to a thread with every task. */
export type SharedDataset = Omit<Dataset, 'card' | 'preparation' | 'plainFeatureCount' | 'rawDigest'>;

/** The same, with what was done to its columns. */
export type PreparedDataset = SharedDataset & Pick<Dataset, 'preparation'>;

/** The part of a dataset that goes to the threads that train. */
export function sharedDataset(dataset: PreparedDataset & Partial<Dataset>): SharedDataset {
  const {
    card: _card,
    preparation: _preparation,
    plainFeatureCount: _plain,
    rawDigest: _raw,
    ...shared
  } = dataset;
  return shared;
}

/** Whether a dataset of some data knobs is also that of others: trees see no other one where no cell is empty and no column has categories. */
export function isPreparedBy({ card }: Pick<Dataset, 'card'>, own: DataKnobs, wanted: DataKnobs): boolean {
  const isPlain = () => card.columns.every(({ kind, missing }) => kind !== 'categorical' && missing === 0);
  const { model, encode_categories } = KNOB_DEFAULTS;
  const seen = wanted.model === 'trees' && isPlain() ? { ...wanted, model, encode_categories } : wanted;
  return dataKey(seen) === dataKey(own);
}

/** Rows of each class in a split. */
export function classSupport(
  dataset: Pick<Dataset, 'labels' | 'split' | 'classNames'>,
  split: SplitName,
): Int32Array {
  const support = new Int32Array(dataset.classNames.length);
  for (const row of dataset.split[split]) {
    const label = dataset.labels[row] as number;
    support[label] = (support[label] as number) + 1;
  }
  return support;
}

/** Everything to say about a table, what needs attention first. */
export function allNotes(card: DataCard): readonly string[] {
  return [...(card.warnings ?? []), ...card.notes];
}
