/** The value of a parameter: what JSON can say. */
export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | readonly ParameterValue[]
  | { readonly [key: string]: ParameterValue };

/**
 * A configuration for a program of the user's own: the parameters that the spec gives, in its order, and nothing else. Knobs are
 * among them under their names; `model` is none of them.
 */
export interface ProgramConfig {
  readonly model: Program['type'];
  readonly [name: string]: ParameterValue;
}

/** Whether a configuration is for a program of the user's own. */
export function isForProgram(config: { readonly model: string }): config is ProgramConfig {
  return config.model === 'command' || config.model === 'module';
}

/** A command that trains: a process for every run. */
export interface CommandProgram {
  readonly type: 'command';
  /** Its words, with `${…}` in place. */
  readonly words: readonly string[];
  /** Whether a shell reads the words, joined by spaces. */
  readonly shell: boolean;
  /** Where it runs: the absolute folder of the spec. */
  readonly folder: string;
  /** Threads that a run may use. */
  readonly cpusPerRun: number;
  /** Names of devices for CUDA_VISIBLE_DEVICES, one run each; empty for programs without. */
  readonly gpus: readonly string[];
  /** How long a run may take; null for as long as it likes. */
  readonly timeoutMs: number | null;
  /** Its trainer's id: everything that decides what it answers. */
  readonly id: string;
  /** SHA-256, hex, of the files that the id stands for, by absolute path. */
  readonly code?: { readonly [file: string]: string };
}

/** A JavaScript module that trains, in the thread. */
export interface ModuleProgram {
  readonly type: 'module';
  /** Its absolute path. */
  readonly file: string;
  readonly timeoutMs: number | null;
  /** Its trainer's id: everything that decides what it answers. */
  readonly id: string;
  /** SHA-256, hex, of the files that the id stands for, by absolute path. */
  readonly code?: { readonly [file: string]: string };
}

/** What trains a configuration, where it is not a trainer of this package. */
export type Program = CommandProgram | ModuleProgram;

/** A dataset as files, for programs. Rows are those of the dataset, in its order. */
export interface DataFiles {
  readonly format: 1;
  readonly classes: readonly string[];
  /** Indices of `classes`. */
  readonly rare_classes: readonly number[];
  readonly rows: number;
  /** float32, rows × features, row-major, prepared. */
  readonly features: string;
  readonly feature_names: readonly string[];
  /** int32, the class index of every row. */
  readonly labels: string;
  /** int32, row positions, ascending. */
  readonly train: string;
  readonly validation: string;
  readonly test: string;
  /** Parquet: the rows as in the source, with the label, and a column `split`. */
  readonly table: string;
}
