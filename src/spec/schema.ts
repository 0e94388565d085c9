import { z } from 'zod';
import { METRIC_NAMES, METRICS } from '../metric.js';
import { KEEP_WORDS } from '../sweep.js';
import { chooseSchema } from './aim-schema.js';
import { EQUIVALENT } from './aims.js';
import { budgetSchema } from './settings/budget.js';
import { constant, modelSchema, parametersSchema, spaceSchema, trainSchema } from './spaces/space-schema.js';
import { earlyTerminateSchema, stopSchema } from './stop/stop-schema.js';
import { ENGINE_NAMES, METHODS } from './sweep-spec.js';

const columnNames = z.array(z.string().min(1)).min(1);
const groupColumns = z.union([z.string().min(1), columnNames]);
const pathOrPaths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const shareOrPaths = z.union([z.number().gt(0).lt(1), pathOrPaths]);

const dataSchema = z.strictObject({
  source: pathOrPaths.describe(
    '`builtin:malware21`, or paths and globs of `.csv`, `.tsv`, `.txt` (each also `.gz`) and `.parquet` files, relative to the spec.',
  ),
  rows: z.int().min(500).max(10_000_000).optional().describe('Rows of a builtin table. Default 8000.'),
  seed: z.int().min(0).max(4_294_967_295).optional().describe('Seed of a builtin table. Default 0.'),
  delimiter: z
    .string()
    .length(1)
    .optional()
    .describe('Field separator of text files. Default: by extension and first line.'),
  header: z
    .boolean()
    .optional()
    .describe(
      'Whether text files begin with a line of column names. Default: true, unless `names` are given.',
    ),
  names: columnNames
    .optional()
    .describe(
      'Column names for text files whose first line is data; with `header: true` they replace the names in the first line.',
    ),
  decimal: z
    .enum(['.', ','])
    .optional()
    .describe(
      'Decimal separator of text files. Default: a point, or a comma where the values of a column leave no doubt.',
    ),
  label: z.string().min(1).optional().describe('The class column. Default: the last column.'),
  drop: columnNames.optional().describe('Columns to leave out; not together with `features`.'),
  features: columnNames.optional().describe('The only columns to use.'),
  categorical: columnNames
    .optional()
    .describe(
      'Columns to encode as categories although they hold numbers. Text columns are categories anyway.',
    ),
  split: z
    .union([
      z.strictObject({ column: z.string().min(1), group: groupColumns.optional() }),
      z.strictObject({
        validation: shareOrPaths.optional(),
        test: shareOrPaths.optional(),
        seed: z.int().min(0).max(4_294_967_295).optional(),
        group: groupColumns.optional(),
        time: z.string().min(1).optional(),
        gap: z
          .union([
            z.number().min(0),
            z
              .string()
              .regex(/^\d+(\.\d+)? *(w|d|h|min|s|ms)$/, 'must be like `7 d`, `12 h`, `30 min` or `10 s`'),
          ])
          .optional(),
        reshuffle: z.boolean().optional(),
        folds: z.int().min(2).max(100).optional(),
        repeats: z.int().min(1).max(100).optional(),
      }),
    ])
    .optional()
    .describe(
      'Stratified shares `{validation: 0.2, test: 0.2, seed: 0}` (the default); a column with the values train, validation and test; or files of their own for validation and test. `group: host` keeps rows of one host in one split; `time: seen, gap: 1 d` trains on the earliest rows and tests on the latest. `reshuffle: true` draws training and validation rows anew for every seed; `folds: 5, repeats: 2` makes every seed one of 10 folds, `time: seen, folds: 5` one of 5 in time order. The test rows stay.',
    ),
  normalize: constant('normalize'),
  encode_numbers: constant('encode_numbers'),
  encode_categories: constant('encode_categories'),
  rare_classes: z
    .union([
      columnNames,
      z.strictObject({ max_support: z.int().min(1) }),
      z.strictObject({ quantile: z.number().gt(0).max(1) }),
    ])
    .optional()
    .describe(
      'The classes that `rare_recall` averages over: a list of names; `{max_support: 50}`, every class of at most 50 training rows; or `{quantile: 0.25}`, the rarest quarter of those that have validation and test rows (default).',
    ),
  min_class_rows: z
    .union([
      z.int().min(1),
      z.strictObject({ rows: z.int().min(1), action: z.enum(['error', 'drop', 'train_only']) }),
    ])
    .optional()
    .describe(
      'Refuses classes of fewer rows (a number; default 3). `{rows: 3, action: drop}` leaves them out; `action: train_only` trains on them without measuring them.',
    ),
  missing: z
    .enum(['impute', 'error'])
    .optional()
    .describe('Missing numbers: `impute` (training median and an indicator column; default) or `error`.'),
  missing_values: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .describe(
      'Texts that mean a missing value in every column, the label too; the empty text always does. Default: `NA`, `null`, `?` and the like in features, also `.` and `-` among numbers, and none in the label.',
    ),
  note: z.string().optional().describe('A caveat about the data that every report repeats.'),
  ship: z
    .boolean()
    .optional()
    .describe(
      'With `launch --queue`: keeps the files of the table, compressed, in the database until the sweep has ended, so that workers need no copy of their own. The files must be in the folder of the spec or below it.',
    ),
});

const MINIMIZED = METRIC_NAMES.filter((name) => METRICS[name].goal === 'minimize')
  .map((name) => `\`${name}\``)
  .join(', ');

/** The sweep spec as written in YAML. */
export const sweepSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,99}$/u,
        'must be 1 to 100 letters, digits, spaces or any of . _ + -, and begin with a letter or digit',
      )
      .describe('The name that results are kept under.'),
    description: z.string().optional().describe('What the sweep should find out.'),
    method: z
      .enum(METHODS, {
        error: ({ input }) =>
          input === 'bayes'
            ? 'The method that learns from results is called so: write `method: tpe`, and `trials: 50`.'
            : undefined,
      })
      .optional()
      .describe(
        'How configurations are chosen: `grid`, every combination of the values (the default); `random`, drawn from the axes; `sobol`, drawn so that they spread evenly (a scrambled Sobol sequence); `tpe`, drawn near the best ones so far (a tree-structured Parzen estimator); or `nsga2`, descended from the best compromises between the aims so far.',
      ),
    trials: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Of drawn configurations: how many, baselines not counted; there is no default. With a larger number the first ones stay the same.',
      ),
    search_seed: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe('Of drawn configurations: another seed draws others. Default 0.'),
    where: z
      .string()
      .min(1)
      .optional()
      .describe(
        'What configurations must fulfil, a condition as `--where` has it: `gamma > 0 or alpha = 1`. Others are not trained; baselines always are.',
      ),
    metric: z
      .strictObject({
        name: z
          .enum(METRIC_NAMES)
          .describe(`One of ${METRIC_NAMES.map((name) => `\`${name}\``).join(', ')}.`),
        goal: z
          .enum(['maximize', 'minimize'])
          .optional()
          .describe(
            `What is better: \`minimize\` for ${MINIMIZED}, \`maximize\` for the others; may be left out.`,
          ),
        beta: z
          .number()
          .gt(0)
          .max(100)
          .optional()
          .describe('Of `f_beta`: how many times recall counts. Default 2.'),
        precision: z
          .number()
          .gt(0)
          .max(1)
          .optional()
          .describe('Of `recall_at_precision`: the least precision. Default 0.9.'),
        fpr: z
          .number()
          .min(0)
          .lt(1)
          .optional()
          .describe('Of `recall_at_fpr`: the highest false positive rate. Default 0.01.'),
        k: z
          .int()
          .min(1)
          .optional()
          .describe('Of `precision_at_k`: how many rows. Default: as many as the class has.'),
      })
      .optional()
      .describe(
        'What ranks configurations and chooses epochs; `rare_recall` breaks ties. Default `macro_f1`.',
      ),
    choose: chooseSchema
      .optional()
      .describe(
        'What reports choose a configuration for: a list of aims. Default: `overall`, the best by the metric; and `rare classes`, the highest `rare_recall` among those that lose at most 0.03 macro-F1 against cross-entropy.',
      ),
    equivalent: z
      .number()
      .min(0)
      .optional()
      .describe(
        `Differences whose 95 % interval lies within ± this are called equivalent; of \`expected_cost\`, within this share of what a row costs if all get the one class for which that is least. Default ${EQUIVALENT}.`,
      ),
    stop: stopSchema
      .optional()
      .describe(
        'How configurations are dropped before they are trained in full: `{type: halving_then_racing}`. Default: none is. Of the baselines the best one of each space goes on as long as anything does.',
      ),
    early_terminate: earlyTerminateSchema
      .optional()
      .describe('The same with the keys of W&B’s sweeps, for `hyperband` alone; not together with `stop`.'),
    budget: budgetSchema
      .optional()
      .describe(
        'What the search may spend: `{minutes: 30}`, `{epochs: 5000}` or `{runs: 200}`, or several; the first that is spent ends it. `{patience: 30}` ends one that draws when nothing better is to be expected. Default: it trains everything.',
      ),
    spaces: z
      .array(spaceSchema)
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Several models in one sweep: a list of spaces, each a grid of its own. `model:`, `train:` and `parameters:` beside it are what all spaces share.',
      ),
    parameters: parametersSchema
      .optional()
      .describe(
        'The axes: any knob with `values: […]`, `value:` for a constant, or, if configurations are drawn, a range with `min:` and `max:`.',
      ),
    seeds: z
      .union([z.int().min(1).max(10_000), z.array(z.int().min(0).max(4_294_967_295)).min(1).max(10_000)])
      .optional()
      .describe(
        'Replicates of every configuration: how many (seeds 1, 2, …), or a list of seeds. Default 3.',
      ),
    retries: z
      .int()
      .min(0)
      .max(10)
      .optional()
      .describe(
        'How often a failed run is tried again, alone on a fresh thread, before it is given up. Default 1. A diverged run would diverge again, so it is given up at once.',
      ),
    costs: z
      .union([
        z.string().min(1),
        z.record(z.string(), z.union([z.number().min(0), z.record(z.string(), z.number().min(0))])),
      ])
      .optional()
      .describe(
        'What mistakes cost, for decisions after training and for `expected_cost`, the mean cost of a row: per true class one number, or one per predicted class; or a CSV table, relative to the spec, with a row per true class and a column per predicted one. What is not named costs 1.',
      ),
    data: dataSchema
      .optional()
      .describe('The table, and how it is split. Only programs of your own can do without.'),
    baseline: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'What the others are compared with: values of some parameters, as `{embedding: 32}`. Default: plain cross-entropy.',
      ),
    model: modelSchema.optional().describe('The model: its `type`, and the knobs of this section.'),
    train: trainSchema
      .optional()
      .describe('The other knobs, where they are the same for every configuration.'),
    store_logits: z
      .boolean()
      .optional()
      .describe(
        'Keep the logits of every run, on the validation and the test rows. Default false: only of the best baseline, the best other configuration, the five best and the Pareto front.',
      ),
    keep: z
      .enum(KEEP_WORDS)
      .optional()
      .describe(
        'Whose weights stay in the database, for `focalsweep predict`: of the best baseline, the best other configuration, the five best and the Pareto front (`front`, the default), of the configuration with the `best` mean alone, of `all`, or of `none`; of every seed. For programs of your own it is the file that they hand over.',
      ),
    engine: z
      .enum(ENGINE_NAMES)
      .optional()
      .describe('What trains: `auto` takes the fastest one available; `focalsweep doctor` lists them.'),
  })
  .meta({ title: 'focalsweep sweep spec' });

/** A spec that passed the schema, before defaults. */
export type SpecInput = z.infer<typeof sweepSchema>;
