import type { DataKnobs } from '../knobs/data-knobs.js';

/** The `data:` section of a sweep spec. Relative paths are resolved from the spec file's folder. */
export interface DataSpec {
  /** `builtin:malware21`, or paths and globs of .csv, .tsv, .txt (each also .gz) and .parquet files. */
  readonly source: string | readonly string[];
  /** Rows of a builtin table. Default 8,000. */
  readonly rows?: number | undefined;
  /** Seed of a builtin table. Default 0. */
  readonly seed?: number | undefined;
  /** Field separator of text files, one character. Default: by extension and first line, of `,` tab `;` `|`. */
  readonly delimiter?: string | undefined;
  /** Whether text files begin with a line of column names. Default: true, unless `names` are given. */
  readonly header?: boolean | undefined;
  /** Column names for text files whose first line is data; with `header: true` they replace the names in the first line. */
  readonly names?: readonly string[] | undefined;
  /** Decimal separator of text files. Default: inferred from each column, if it is certain. */
  readonly decimal?: '.' | ',' | undefined;
  /** The class column. Default: the last column. */
  readonly label?: string | undefined;
  /** Columns to leave out; not together with `features`. */
  readonly drop?: readonly string[] | undefined;
  /** The only columns to use. */
  readonly features?: readonly string[] | undefined;
  /** Columns to encode as categories although they hold numbers. */
  readonly categorical?: readonly string[] | undefined;
  /** Default: `{validation: 0.2, test: 0.2, seed: 0}`. */
  readonly split?: SplitSpec | undefined;
  /** How numbers are scaled, unless it is an axis. Default: `zscore`. */
  readonly normalize?: DataKnobs['normalize'] | undefined;
  /** How a number becomes several features, unless it is an axis. Default: `none`. */
  readonly encode_numbers?: DataKnobs['encode_numbers'] | undefined;
  /** Default: native. */
  readonly encode_categories?: DataKnobs['encode_categories'] | undefined;
  /** Default: `{quantile: 0.25}`. */
  readonly rare_classes?: RareClassSpec | undefined;
  /** Default: 3, which refuses smaller classes. */
  readonly min_class_rows?: number | SmallClassSpec | undefined;
  /** Missing values: median and indicator column, or refuse them. Default: `impute`. */
  readonly missing?: 'impute' | 'error' | undefined;
  /** Texts that mean a missing value in every column, the label too, besides the empty text. Default: the usual ones in features. */
  readonly missing_values?: readonly (string | number)[] | undefined;
  /** A caveat about the data that every report repeats. */
  readonly note?: string | undefined;
  /** Whether a queued launch gives the files to its workers. Default: false. */
  readonly ship?: boolean | undefined;
}

/** How rows are divided. */
export type SplitSpec = DrawnSplitSpec | GivenSplitSpec;

/** A column that says where each row goes. */
export interface GivenSplitSpec {
  readonly column: string;
  /** Groups with rows in several splits get a warning. */
  readonly group?: string | readonly string[] | undefined;
}

/** Stratified draws from `source`, separate files, or one of each. */
export interface DrawnSplitSpec {
  /** The share of `source` in (0, 1), or paths and globs of files of their own. Default 0.2. */
  readonly validation?: number | string | readonly string[] | undefined;
  /** The same for the test rows, which never rank anything. Default 0.2. */
  readonly test?: number | string | readonly string[] | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Rows with equal values in these columns stay in one split. */
  readonly group?: string | readonly string[] | undefined;
  /** The column by which training rows come before validation rows, and those before test rows. */
  readonly time?: string | undefined;
  /** Rows of this time before validation and test are left out: in units of numbers, or `7 d`, `12 h`, `30 min`, `10 s` of dates. */
  readonly gap?: number | string | undefined;
  /** Every seed draws its own training and validation rows; the test rows stay. */
  readonly reshuffle?: boolean | undefined;
  /** Every seed validates on another of so many parts of the rows that are not test rows; with `time`, on later and later ones. */
  readonly folds?: number | undefined;
  /** How often the folds are drawn anew. Default 1. */
  readonly repeats?: number | undefined;
}

/** Class names, every class of at most `max_support` training rows, or the rarest share of the classes. */
export type RareClassSpec =
  | readonly string[]
  | { readonly max_support: number }
  | { readonly quantile: number };

/** What happens to classes of fewer than `rows` rows. */
export interface SmallClassSpec {
  readonly rows: number;
  readonly action: SmallClassAction;
}

/** `train_only` keeps a small class in training and out of validation and test. */
export type SmallClassAction = 'error' | 'drop' | 'train_only';
