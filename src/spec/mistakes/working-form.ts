import { stringify } from 'yaml';
import { sweepSchema } from '../schema.js';
import { isHolder, valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';
import { withinSpace } from './schema-keys.js';

const LONGEST_FORM = 120;
const MOST_ITEMS = 100;
/** Keys that people leave out around a value, in the order in which they are tried. */
const LEFT_OUT_KEYS = ['values', 'value', 'name', 'source', 'type', 'validation', 'max_support'];
/** Words for values that YAML 1.2 writes differently. */
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['no', false],
  ['off', false],
  ['false', false],
  ['tab', '\t'],
  ['\\t', '\t'],
]);

/** `gamma: {values: [0, 2]}`: what was probably meant by a value that the schema refuses, in a form that it takes. */
export function workingForm(path: YamlPath, yaml: YamlDocument): string | undefined {
  const key = path.at(-1);
  if (key === undefined) return undefined;
  if (typeof key === 'number') return workingList(path.slice(0, -1), yaml) ?? formOf(path, yaml);
  return formOf(path, yaml);
}

/** The first of `values` that the spec accepts there, written as YAML with its key. */
export function firstTaken(
  path: YamlPath,
  values: readonly unknown[],
  yaml: YamlDocument,
): string | undefined {
  const taken = values
    .map((value) => withoutRepeats(path.at(-1), value))
    .find((value) => takes(withValue(yaml.value, path, value), path));
  return taken === undefined ? undefined : written(path, taken);
}

/** The values of an axis are listed once each. */
function withoutRepeats(key: YamlPath[number] | undefined, value: unknown): unknown {
  if (key === 'values' && Array.isArray(value)) {
    return [...new Map(value.map((item) => [JSON.stringify(item), item])).values()];
  }
  return isHolder(value) && Object.hasOwn(value, 'values')
    ? { ...value, values: withoutRepeats('values', value.values) }
    : value;
}

/** A value in one line of YAML, after its key. */
export function written(path: YamlPath, value: unknown): string {
  const options = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
  const text = stringify(value, options).trim();
  const key = path.at(-1);
  const form = typeof key === 'string' ? `${key}: ${text}` : text;
  return form.length > LONGEST_FORM ? `${form.slice(0, LONGEST_FORM)}…` : form;
}

function formOf(path: YamlPath, yaml: YamlDocument): string | undefined {
  const given = valueAt(yaml.value, path);
  const form = firstTaken(path, otherForms(given, yaml.sourceAt(path)), yaml);
  const { rest } = withinSpace(path);
  const isConstant = rest[0] === 'parameters' && rest[2] === 'value';
  return form ?? (isConstant ? firstTaken(path.slice(0, -1), [{ values: given }], yaml) : undefined);
}

/** A mistake in one item of a list is usually made in others too. */
function workingList(path: YamlPath, yaml: YamlDocument): string | undefined {
  const items = valueAt(yaml.value, path);
  if (!Array.isArray(items) || items.length > MOST_ITEMS) return undefined;
  const forms = items.map((item, index) => {
    const place = [...path, index];
    return takes(yaml.value, place) ? [] : otherForms(item, yaml.sourceAt(place));
  });
  const most = Math.max(...forms.map((each) => each.length));
  const lists = Array.from({ length: most }, (_, at) =>
    items.map((item, index) => forms[index]?.[at] ?? item),
  );
  return firstTaken(path, lists, yaml);
}

function otherForms(given: unknown, source: string | undefined): readonly unknown[] {
  if (given === null || given === undefined) return [];
  if (isHolder(given) && !Array.isArray(given)) {
    return [given.value, given.values, { value: given }, [given]].filter((form) => form !== undefined);
  }
  if (Array.isArray(given)) return [...given.slice(0, given.length === 1 ? 1 : 0), ...wrapped(given)];
  const scalars =
    typeof given === 'string'
      ? [numberIn(given), WORDS.get(given.toLowerCase()), given.toLowerCase()]
      : [source ?? String(given)];
  const known = scalars.filter((scalar) => scalar !== undefined);
  return [...known, ...wrapped(given), [given], ...known.map((scalar) => [scalar]), { value: [given] }];
}

function wrapped(given: unknown): readonly unknown[] {
  return LEFT_OUT_KEYS.map((key) => ({ [key]: given }));
}

function numberIn(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Whether the schema accepts the value at a place; unknown keys beside it do not matter. */
function takes(spec: unknown, path: YamlPath): boolean {
  const issues = sweepSchema.safeParse(spec).error?.issues ?? [];
  return issues.every((issue) => {
    const shared = Math.min(issue.path.length, path.length);
    if (path.slice(0, shared).some((step, at) => step !== issue.path[at])) return true;
    return (
      issue.code === 'unrecognized_keys' && shared < path.length && !issue.keys.includes(String(path[shared]))
    );
  });
}

function withValue(spec: unknown, [step, ...rest]: YamlPath, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(spec)) return spec.map((item, at) => (at === step ? withValue(item, rest, value) : item));
  const holder = isHolder(spec) ? spec : {};
  return { ...holder, [step]: withValue(holder[step], rest, value) };
}
