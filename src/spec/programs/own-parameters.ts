import { UserError } from '../../errors.js';
import { knobRow } from '../../knobs/knobs.js';
import { METRIC_NAMES } from '../../metric.js';
import type { ParameterValue } from '../../program.js';
import { type AxisInput, isOneForm, ONE_FORM, RANGE_KEYS } from '../axes/axis-schema.js';
import { written } from '../mistakes/working-form.js';
import { isHolder, valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';

/** An axis of a parameter that only a program knows. */
export interface OwnAxis extends Omit<AxisInput, 'values' | 'value'> {
  readonly values?: readonly ParameterValue[];
  readonly value?: ParameterValue;
}

/** Parameters by name, as `parameters:` has them. */
export type OwnAxes = Readonly<Record<string, OwnAxis>>;

/** What `${…}` in a command stands for beside its parameters. */
const WORDS: ReadonlySet<string> = new Set([
  'args',
  'program',
  'env',
  'interpreter',
  'run_file',
  'report_file',
]);
/** Columns of results. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['sweep', 'run', 'trial', 'position', 'space', 'state', 'error', 'model', 'config', 'rank', 'seeds'],
  ...['validation_loss', 'epochs_trained', 'chosen_epoch', 'stopped_by', 'duration_ms', 'chosen_for'],
  'is_baseline',
  ...METRIC_NAMES,
  ...METRIC_NAMES.map((name) => `${name}_sd`),
]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const KNOWN_KEYS = new Set(['values', 'value', 'distribution', 'probabilities', ...RANGE_KEYS]);
const LONGEST_AXIS = 10_000;

/** Whether a parameter goes to programs without a look at it: its own, and knobs whose values are words. @internal */
export function isFree(name: string): boolean {
  const row = knobRow(name);
  return row === undefined || row.column.kind === 'text' || row.column.kind === 'list';
}

/**
 * Takes the parameters that only programs know out of `parameters:` sections, so that the schema sees the rest. Throws UserError for
 * a name that results need, and for what is no axis.
 */
export function takeOwnParameters(
  spec: unknown,
  places: readonly YamlPath[],
  yaml: YamlDocument,
): { readonly rest: unknown; readonly own: ReadonlyMap<string, OwnAxes> } {
  const own = new Map<string, OwnAxes>();
  let rest = spec;
  for (const place of places) {
    const path = [...place, 'parameters'];
    const section = valueAt(spec, path);
    if (!isHolder(section) || Array.isArray(section)) continue;
    const names = Object.keys(section).filter(isFree);
    if (names.length === 0) continue;
    own.set(
      place.join('.'),
      Object.fromEntries(names.map((name) => [name, ownAxis(section[name], [...path, name], yaml)])),
    );
    const left = Object.entries(section).filter(([name]) => !names.includes(name));
    rest = withSection(rest, path, Object.fromEntries(left));
  }
  return { rest, own };
}

/** Whether a layer of a spec names a program. */
export function namesProgram(spec: unknown, layer: YamlPath): boolean {
  return ['command', 'module'].some((key) => valueAt(spec, [...layer, 'train', key]) !== undefined);
}

/** Where a spec may say parameters of programs: each layer that only programs read. */
export function programLayers(spec: unknown): readonly YamlPath[] {
  const spaces = valueAt(spec, ['spaces']);
  const names = (layer: YamlPath): boolean => namesProgram(spec, layer);
  if (!Array.isArray(spaces)) return names([]) ? [[]] : [];
  const isProgram = (at: number): boolean =>
    names(['spaces', at]) || (names([]) && valueAt(spec, ['spaces', at, 'model', 'type']) === undefined);
  const own = spaces.flatMap((_, at) => (isProgram(at) ? [['spaces', at]] : []));
  return own.length === spaces.length ? [[], ...own] : own;
}

function withSection(spec: unknown, [step, ...deeper]: YamlPath, section: unknown): unknown {
  if (step === undefined) return section;
  if (Array.isArray(spec))
    return spec.map((item, at) => (at === step ? withSection(item, deeper, section) : item));
  return isHolder(spec) ? { ...spec, [step]: withSection(spec[step], deeper, section) } : spec;
}

function ownAxis(given: unknown, path: YamlPath, yaml: YamlDocument): OwnAxis {
  const name = String(path.at(-1));
  const text = path.join('.');
  const refuse = (what: string, fix: string, place = path): UserError =>
    new UserError(`${text}: ${what}`, { where: yaml.locate(place), fix });
  if (name === 'seed') {
    throw refuse(
      'seeds are no axis: every configuration is trained with each of them',
      'Write `seeds: 5` at the top; the program gets the seed as `${seed}` and in the file of FOCALSWEEP_RUN.',
    );
  }
  const plain = name.toLowerCase();
  if (TAKEN.has(plain) || WORDS.has(plain)) {
    throw refuse(
      TAKEN.has(plain)
        ? `results have a column "${plain}" already`
        : `\${${plain}} has a meaning of its own in commands`,
      `Call it otherwise, such as own_${name}, and write \`--${name}=\${own_${name}}\` in the command.`,
    );
  }
  if (knobRow(name) === undefined && !NAME.test(name)) {
    throw refuse(
      'a name has letters, digits and _, and begins with a letter',
      `Call it ${name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_')}, and write \`--${name}=\${…}\` in the command.`,
    );
  }
  return axisOf(given, refuse, path);
}

type Refuse = (what: string, fix: string, place?: YamlPath) => UserError;

function axisOf(given: unknown, refuse: Refuse, path: YamlPath): OwnAxis {
  const name = String(path.at(-1));
  const form = `Write \`${name}: {values: [first, second]}\`, or \`{value: one}\` for a constant.`;
  if (!isHolder(given) || Array.isArray(given)) {
    const axis = Array.isArray(given) && given.length > 0 ? { values: given } : { value: given };
    throw refuse('an axis has keys', given === null ? form : `Write \`${written(path, axis)}\`.`);
  }
  if ('parameters' in given)
    throw refuse(
      'parameters within parameters are not supported',
      'Give each a name of its own at this level.',
    );
  const foreign = Object.keys(given).find((key) => !KNOWN_KEYS.has(key));
  if (foreign !== undefined) throw refuse(`unknown key "${foreign}"`, form);
  const axis = given as OwnAxis;
  if (!isOneForm(axis)) throw refuse(`${ONE_FORM}, or a range with \`min:\` and \`max:\``, form);
  const { values, value } = axis;
  if (value !== undefined) finite(value, refuse, [...path, 'value']);
  if (values === undefined) return axis;
  if (!Array.isArray(values) || values.length === 0 || values.length > LONGEST_AXIS)
    throw refuse(`\`values\` is a list of 1 to ${LONGEST_AXIS} values`, form, [...path, 'values']);
  for (const [at, one] of values.entries()) finite(one, refuse, [...path, 'values', at]);
  return axis;
}

/** Throws UserError for a value with an infinity or NaN within: JSON has neither, so a program would get null. */
function finite(value: ParameterValue, refuse: Refuse, path: YamlPath): ParameterValue {
  for (const [key, inner] of Object.entries(isHolder(value) ? value : {}))
    finite(inner, refuse, [...path, Array.isArray(value) ? Number(key) : key]);
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw refuse(
    `${value} is no value that JSON has`,
    'Write a finite number, or a text in quotes that the program understands.',
    path,
  );
}
