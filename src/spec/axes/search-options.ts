import { UserError } from '../../errors.js';
import { KNOB_NAMES, knobRow } from '../../knobs/knobs.js';
import { type Condition, parseWhere, type WhereColumn } from '../../where/where.js';
import { type Distribution, isRange, valuesOf } from '../distribution.js';
import { firstWritten } from '../locate.js';
import { written } from '../mistakes/working-form.js';
import type { SpecInput } from '../schema.js';
import type { Space, SweepSpec } from '../sweep-spec.js';
import type { YamlDocument, YamlPath } from '../yaml-document.js';

/** How many configurations a message proposes. */
const SOME_TRIALS = 50;

/**
 * How a spec chooses configurations. Throws UserError for a range in a grid, for keys of drawn configurations there, and for drawn
 * ones without a number.
 * @internal
 */
export function searchOptions(
  input: SpecInput,
  spaces: readonly Space[],
  yaml: YamlDocument,
): Pick<SweepSpec, 'method' | 'trials' | 'searchSeed' | 'where'> {
  const { method = 'grid', trials = null, search_seed: searchSeed = 0 } = input;
  const where = conditionOf(input, spaces, yaml);
  if (method !== 'grid') {
    if (trials === null) throw refusal(yaml, ['method'], `${method} needs a number of configurations`, ADD);
    refusePatienceBesideStop(input, yaml);
    return { method, trials, searchSeed, where };
  }
  if (input.budget?.patience !== undefined) {
    throw refusal(
      yaml,
      ['budget', 'patience'],
      'budget.patience: a grid goes through its values in order, so what comes next is not like what came before',
      'Write `method: sobol` and `trials: 50`, or a budget in runs.',
    );
  }
  const key = (['trials', 'search_seed'] as const).find((name) => input[name] !== undefined);
  if (key !== undefined) {
    throw refusal(
      yaml,
      [key],
      `${key}: a grid trains every combination`,
      `Write \`method: random\`, or remove \`${key}:\`.`,
    );
  }
  spaces.forEach(({ axes }, at) => {
    for (const { knob, distribution } of axes) refuseInGrid({ knob, distribution, at }, yaml);
  });
  return { method, trials, searchSeed, where };
}

function refusePatienceBesideStop({ budget, stop, early_terminate }: SpecInput, yaml: YamlDocument): void {
  const drops = early_terminate !== undefined || (stop !== undefined && stop.type !== 'none');
  if (budget?.patience === undefined || !drops) return;
  throw refusal(
    yaml,
    ['budget', 'patience'],
    'budget.patience: most configurations are dropped before they have a result that could be compared',
    'Keep one of the two, or write a budget in epochs.',
  );
}

const ADD = `Add \`trials: ${SOME_TRIALS}\`.`;

interface GridAxis {
  readonly knob: string;
  readonly distribution: Distribution;
  /** The number of its space. */
  readonly at: number;
}

/** A grid has a list of values; probabilities mean nothing to it. */
function refuseInGrid({ knob, distribution, at }: GridAxis, yaml: YamlDocument): void {
  if (!isRange(distribution) && distribution.type !== 'categorical') return;
  const values = valuesOf(distribution);
  const list = written([knob], { values: values.length > 1 ? values : [...values, '…'] });
  const between = isRange(distribution) ? ', with the values in between that you want to try' : '';
  throw refusal(
    yaml,
    placeOf(knob, at, yaml),
    `parameters.${knob}: a grid has a list of values, not ${distribution.type}`,
    `Write \`method: random\` and \`trials: ${SOME_TRIALS}\` at the top, or \`${list}\`${between}.`,
  );
}

/** Where an axis is written: in its space, or at the top. */
function placeOf(knob: string, at: number, yaml: YamlDocument): YamlPath {
  return firstWritten(
    [
      ['spaces', at, 'parameters', knob],
      ['parameters', knob],
    ],
    yaml,
  );
}

/** The condition on configurations: knobs, parameters of programs, and the space where there are several. */
function conditionOf({ where }: SpecInput, spaces: readonly Space[], yaml: YamlDocument): Condition | null {
  if (where === undefined) return null;
  try {
    return parseWhere(where, columnsOf(spaces));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`where: ${error.message}`, { where: yaml.locate(['where']), fix: error.fix });
  }
}

function columnsOf(spaces: readonly Space[]): readonly WhereColumn[] {
  const names = spaces.flatMap(({ axes, base }) => [...axes.map(({ knob }) => knob), ...Object.keys(base)]);
  const own = [...new Set(names)].filter((name) => knobRow(name) === undefined);
  return [
    { column: 'space', kind: 'text' },
    ...KNOB_NAMES.filter((name) => names.includes(name)).map((column) => ({
      column,
      kind: knobRow(column).column.kind,
    })),
    // Parameters of programs compare as α does.
    ...own.map((column): WhereColumn => ({ column, kind: 'alpha' })),
  ];
}

function refusal(yaml: YamlDocument, path: YamlPath, what: string, fix: string): UserError {
  return new UserError(what, { where: yaml.locate(path), fix });
}
