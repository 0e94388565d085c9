import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../errors.js';
import { METRICS, type Metric, type MetricName, type MetricParameter, parameterOf } from '../metric.js';
import { isForProgram } from '../program.js';
import { counted } from '../wording/counted.js';
import { shellWord } from '../wording/shell-word.js';
import { aimsOf } from './aim-schema.js';
import { type Aim, defaultAims, EQUIVALENT } from './aims.js';
import { searchOptions } from './axes/search-options.js';
import { requireCosts } from './mistakes/require-costs.js';
import { schemaError } from './mistakes/schema-error.js';
import { namedBaseline } from './programs/named-baseline.js';
import { programLayers, takeOwnParameters } from './programs/own-parameters.js';
import { fromWandbForm } from './programs/wandb-form.js';
import { type SpecInput, sweepSchema } from './schema.js';
import { spacesOf } from './spaces/spaces.js';
import { stopOf } from './stop/stop-of.js';
import type { Space, SweepSpec } from './sweep-spec.js';
import { LARGEST_BYTES, parseYaml, tooLarge, type YamlDocument } from './yaml-document.js';

/** Reads and validates a spec file. Throws UserError with file:line:column. */
export function readSpec(file: string): SweepSpec {
  if (TABLE_FILE.test(file)) throw tableAsSpec(file);
  const bytes = firstBytes(file, LARGEST_BYTES + 1);
  if (bytes.toString('latin1', 0, SQLITE.length) === SQLITE) {
    throw new UserError('this is a result database, not a sweep spec', {
      where: file,
      fix: `To continue its sweep: focalsweep resume --db ${shellWord(file)}`,
    });
  }
  if (bytes.length > LARGEST_BYTES) throw tooLarge(file);
  if (!isUtf8(bytes)) {
    throw new UserError('the spec is not valid UTF-8', {
      where: file,
      fix: 'Save the file as UTF-8, for example with `iconv -t UTF-8`.',
    });
  }
  return parseSpec(bytes.toString('utf8'), file);
}

/** Reads at most this many bytes: pipes and devices have no size to check first. */
function firstBytes(file: string, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  let length = 0;
  try {
    const handle = openSync(file, 'r');
    try {
      for (let read = -1; read !== 0 && length < most; length += read) {
        read = readSync(handle, bytes, length, most - length, null);
      }
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw new UserError(`the spec cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      where: file,
      fix: 'Give the path of a sweep spec, for example sweeps/quickstart.yaml.',
      cause: error,
    });
  }
  return bytes.subarray(0, length);
}

const SQLITE = 'SQLite format 3\0';
const TABLE_FILE = /\.(csv|tsv|parquet)(\.gz)?$/i;

/** Whether a text is lines of fields, not YAML. */
function looksLikeTable(value: unknown): boolean {
  return typeof value === 'string' && /[^\s,;|]\s*[,;|]\s*[^\s,;|]/.test(value);
}

function tableAsSpec(file: string): UserError {
  return new UserError('this is a table, not a sweep spec', {
    where: file,
    fix: `\`focalsweep init ${basename(file)}\` writes a spec for it. Or write one that names it, sweep.yaml, with \`name: my-sweep\`, \`data: {source: ${basename(file)}}\` and \`parameters: {gamma: {values: [0, 1, 2]}}\`.`,
  });
}

/** Validates the text of a spec. `file` names it in errors. Throws UserError with file:line:column. */
export function parseSpec(text: string, file = 'spec.yaml'): SweepSpec {
  const yaml = parseYaml(text, file);
  if (looksLikeTable(yaml.value)) throw tableAsSpec(file);
  const given = fromWandbForm(yaml, file);
  const { rest, own } = takeOwnParameters(given, programLayers(given), yaml);
  const parsed = sweepSchema.safeParse(rest);
  if (!parsed.success) throw schemaError(parsed.error.issues, yaml);
  const input = parsed.data;
  const spaces = spacesOf(input, own, yaml);
  requireData(input, spaces, yaml);
  const metric = metricOf(input, yaml);
  const choose = input.choose === undefined ? defaultAims(metric) : aimsOf(input.choose, yaml);
  if (input.costs === undefined) requireCosts({ metric: metric.name, choose }, yaml);
  const seeds = seedsOf(input, yaml);
  return {
    name: input.name,
    description: input.description ?? '',
    ...searchOptions(input, spaces, yaml),
    metric,
    choose,
    equivalent: input.equivalent ?? EQUIVALENT,
    spaces,
    seeds,
    stop: stopOf(input, { spaces, seeds: seeds.length }, yaml),
    budget: input.budget ?? null,
    retries: input.retries ?? 1,
    storeLogits: input.store_logits ?? false,
    keep: input.keep ?? 'front',
    data: input.data ?? null,
    baseline: namedBaseline(input.baseline, spaces, yaml),
    workers: input.train?.workers ?? null,
    ...(input.costs === undefined ? {} : { costs: input.costs }),
    text,
    file,
  };
}

/** Only programs can do without a table. */
function requireData({ data }: SpecInput, spaces: readonly Space[], yaml: YamlDocument): void {
  const other = spaces.find(({ base }) => !isForProgram(base));
  if (data !== undefined || other === undefined) return;
  throw new UserError('data is missing', {
    where: yaml.locate(['data']),
    fix: 'Add `data: {source: table.csv}`.',
  });
}

/** The aims given to `--choose`: an entry of the spec's `choose:`, or a list of them. Throws UserError with the place. */
export function parseAims(text: string): readonly Aim[] {
  const [before, after] = /^\s*\[/.test(text) ? ['choose: ', ''] : ['choose: [', ']'];
  const yaml = parseYaml(`${before}${text}${after}`, '--choose', before.length);
  const parsed = sweepSchema.pick({ choose: true }).safeParse(yaml.value);
  if (!parsed.success) throw schemaError(parsed.error.issues, yaml);
  return aimsOf(parsed.data.choose ?? [], yaml);
}

function metricOf({ metric }: SpecInput, yaml: YamlDocument): Metric {
  const name = metric?.name ?? 'macro_f1';
  const { goal } = METRICS[name];
  if (metric?.goal === undefined || metric.goal === goal) {
    return { name, goal, ...parameterIn(metric ?? {}, name, yaml) };
  }
  const direction = goal === 'maximize' ? 'larger' : 'smaller';
  throw new UserError(
    `metric.goal: ${name} is better the ${direction} it is; ${metric.goal} would rank the worst first`,
    {
      where: yaml.locate(['metric', 'goal']),
      fix: `Write \`metric: {name: ${name}, goal: ${goal}}\`, or leave the goal out.`,
    },
  );
}

const PARAMETERS = ['beta', 'precision', 'fpr', 'k'] as const satisfies readonly MetricParameter[];

/** The metric's parameter, unless it is the default, which identities leave out. */
function parameterIn(
  given: { readonly [parameter in MetricParameter]?: number | undefined },
  name: MetricName,
  yaml: YamlDocument,
): Pick<Metric, 'parameter'> {
  const own = parameterOf(name);
  const foreign = PARAMETERS.find((parameter) => parameter !== own?.name && given[parameter] !== undefined);
  if (foreign !== undefined) {
    const owner = (Object.keys(METRICS) as MetricName[]).find((one) => parameterOf(one)?.name === foreign);
    throw new UserError(`metric.${foreign}: ${name} has no ${foreign}; it belongs to ${owner}`, {
      where: yaml.locateKey(['metric'], foreign),
      fix: `Remove it, or write \`metric: {name: ${owner}, ${foreign}: ${given[foreign]}}\`.`,
    });
  }
  const value = own && given[own.name];
  return value === undefined || value === own?.initial ? {} : { parameter: value };
}

function seedsOf(input: SpecInput, yaml: YamlDocument): readonly number[] {
  const folds = foldCount(input, yaml);
  if (folds !== undefined) return Array.from({ length: folds }, (_, index) => index + 1);
  const seeds = input.seeds ?? 3;
  if (typeof seeds === 'number') return Array.from({ length: seeds }, (_, index) => index + 1);
  const repeated = seeds.findIndex((seed, index) => seeds.indexOf(seed) !== index);
  if (repeated >= 0) {
    throw new UserError(`seeds: ${seeds[repeated]} is listed twice`, {
      where: yaml.locate(['seeds', repeated]),
      fix: 'A seed trained twice gives the same result; remove one of them.',
    });
  }
  return seeds;
}

/** How many seeds folds are, each a fold of a repeat; undefined without folds. */
function foldCount({ data, seeds }: SpecInput, yaml: YamlDocument): number | undefined {
  const split = data?.split === undefined || 'column' in data.split ? {} : data.split;
  const { folds, repeats = 1, reshuffle, time, validation } = split;
  const refuse = (key: string, what: string, fix: string): UserError =>
    new UserError(`data.split.${key}: ${what}`, { where: yaml.locate(['data', 'split', key]), fix });
  if (folds === undefined) {
    if (split.repeats === undefined) return undefined;
    throw refuse('repeats', 'only folds can be repeated', 'Add `folds: 5`, or remove `repeats:`.');
  }
  if (reshuffle !== undefined)
    throw refuse('reshuffle', 'folds give every seed a split already', 'Remove `reshuffle:`.');
  if (validation !== undefined) {
    const parts = time === undefined ? folds : folds + 1;
    throw refuse(
      'validation',
      'folds decide which rows validate',
      `Remove \`validation:\`: ${folds} folds validate on 1/${parts} of the rows that are not test rows.`,
    );
  }
  if (time !== undefined && split.repeats !== undefined) {
    throw refuse('repeats', 'folds by time are not drawn, so they are the same again', 'Remove `repeats:`.');
  }
  const count = folds * repeats;
  const isOther = typeof seeds === 'number' ? seeds !== count : seeds !== undefined;
  if (!isOther) return count;
  throw new UserError(`seeds: ${folds} folds × ${counted(repeats, 'repeat')} are seeds 1 to ${count}`, {
    where: yaml.locate(['seeds']),
    fix: 'Remove `seeds:`.',
  });
}
