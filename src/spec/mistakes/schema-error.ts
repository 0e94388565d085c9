import type { z } from 'zod';
import { UserError } from '../../errors.js';
import { DATA_KNOBS } from '../../knobs/data-knobs.js';
import type { KnobName } from '../../knobs/knobs.js';
import { METRIC_NAMES, type MetricName } from '../../metric.js';
import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';
import { aimForm, limitForm, meantMetric } from './aim-form.js';
import { keysAt, withinSpace } from './schema-keys.js';
import { unknownKey } from './unknown-key.js';
import { firstTaken, workingForm } from './working-form.js';

const LONGEST_SHOWN = 60;

/** The first mistake that the schema found, with its place in the file and a form that works. */
export function schemaError(found: readonly z.core.$ZodIssue[], yaml: YamlDocument): UserError {
  const issues = withoutWider(found);
  // Keys that a merge key would have added are missing too, but they are not the mistake.
  const first = issues.find((issue) => unknownKeys(issue).includes(MERGE_KEY)) ?? issues[0];
  if (first === undefined) return new UserError('the spec is not valid');
  const { what, where, fix } = explain(first, [], yaml);
  const more = issues.length > 1 ? ` (and ${counted(issues.length - 1, 'more mistake')})` : '';
  return new UserError(`${what}${more}`, { where, fix });
}

/** Without the limits of whole numbers in general where the limit of the place is broken, too. */
function withoutWider(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const isGeneral = (issue: z.core.$ZodIssue): boolean =>
    (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER) ||
    (issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER);
  const placeOf = ({ path }: z.core.$ZodIssue): string => path.map(String).join('.');
  const own = new Set(issues.filter((issue) => !isGeneral(issue)).map(placeOf));
  return issues.filter((issue) => !isGeneral(issue) || !own.has(placeOf(issue)));
}

const MERGE_KEY = '<<';
/** What to add where it is missing. */
const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['data', 'data: {source: table.csv}'],
  ['data.source', 'source: table.csv'],
]);

function unknownKeys(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : [];
}

interface Explanation {
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

function explain(issue: z.core.$ZodIssue, parent: YamlPath, yaml: YamlDocument): Explanation {
  const path = [...parent, ...(issue.path as (string | number)[])];
  const axis = misplacedAxis(path, yaml);
  if (axis !== undefined) return axis;
  if (issue.code === 'unrecognized_keys') {
    const keys = unknownKeys(issue);
    return explainKey(keys.includes(MERGE_KEY) ? MERGE_KEY : (keys[0] ?? ''), path, yaml);
  }
  const name = path.length === 0 ? 'the spec' : path.map(String).join('.');
  const where = yaml.locate(path);
  if (valueAt(yaml.value, path) === undefined && path.length > 0) {
    const form = aimForm(path, yaml);
    return {
      what: `${name} is missing`,
      where,
      fix:
        form !== undefined
          ? `Write \`${form}\`.`
          : `Add \`${EXAMPLES.get(name) ?? `${String(path.at(-1))}: …`}\`.`,
    };
  }
  if (issue.code === 'invalid_union') return explainUnion(issue, path, yaml);
  return { what: `${name}: ${whatIsWrong(issue, path, yaml)}`, where, fix: whatToWrite(issue, path, yaml) };
}

/** Several values of a knob that is listed among the constants. */
function misplacedAxis(path: YamlPath, yaml: YamlDocument): Explanation | undefined {
  const { space, rest } = withinSpace(path);
  const [section, knob] = rest;
  const isConstant =
    section === 'train' ||
    section === 'model' ||
    (section === 'data' && DATA_KNOBS.includes(knob as KnobName));
  if (!isConstant || typeof knob !== 'string') return undefined;
  const place = [...space, section, knob];
  const given = valueAt(yaml.value, place);
  const axis = firstTaken([...space, 'parameters', knob], [{ values: given }, given], yaml);
  if (axis === undefined || !isSeveral(given)) return undefined;
  return {
    what: `${place.join('.')}: expected one value, found several`,
    where: yaml.locate(place),
    fix: `Several values are an axis: write \`parameters: {${axis}}\`.`,
  };
}

function isSeveral(value: unknown): boolean {
  return Array.isArray(value) || (value !== null && typeof value === 'object' && 'values' in value);
}

function explainKey(key: string, path: YamlPath, yaml: YamlDocument): Explanation {
  const known = keysAt(path);
  const where = yaml.locateKey(path, key);
  if (!known.includes(key)) return { ...unknownKey(key, path, known, yaml), where };
  // Another form of the section has this key.
  const others = Object.keys(valueAt(yaml.value, path) as object).filter((other) => other !== key);
  if (others.length === 0) return notTaken([...path, key], yaml);
  return {
    what: `${[...path, key].join('.')} does not go together with ${others.map((other) => `\`${other}:\``).join(' and ')}`,
    where,
    fix: `Leave \`${key}:\` out, or what does not go with it.`,
  };
}

/** The branch that came closest: the one whose first mistake lies deepest, and that takes the value's own type. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: YamlPath, yaml: YamlDocument): Explanation {
  const isThere = (mistake: z.core.$ZodIssue): boolean =>
    valueAt(yaml.value, [...path, ...(mistake.path as (string | number)[])]) !== undefined;
  const closest = issue.errors
    .map((branch) => withoutWider(branch)[0])
    .filter((mistake) => mistake !== undefined)
    .filter((mistake) => mistake.path.length > 0 || mistake.code !== 'invalid_type')
    .sort((a, b) => b.path.length - a.path.length || Number(isThere(b)) - Number(isThere(a)))[0];
  const isOther = path.includes('encode_numbers') && closest?.path.length === 0;
  return closest !== undefined && isThere(closest) && !isOther
    ? explain(closest, path, yaml)
    : notTaken(path, yaml);
}

function notTaken(path: YamlPath, yaml: YamlDocument): Explanation {
  return {
    what: `${path.join('.')} cannot be ${shown(path, yaml)}`,
    where: yaml.locate(path),
    fix: whatToWrite(undefined, path, yaml),
  };
}

/** A form that works; otherwise what is known about the place. */
function whatToWrite(issue: z.core.$ZodIssue | undefined, path: YamlPath, yaml: YamlDocument): string {
  if (issue === undefined && path.includes('encode_numbers'))
    return 'Write `none`, `{piecewise_linear: 16}` or `{piecewise_linear: 16, bins: target}`.';
  const aim = aimForm(path, yaml);
  if (aim !== undefined) return `Write \`${aim}\`.`;
  const given = valueAt(yaml.value, path);
  if (issue?.code === 'too_small' || issue?.code === 'too_big') {
    if (issue.origin === 'number' || issue.origin === 'int') return 'Use a number within the limits.';
  }
  if (path.length === 1 && path[0] === 'baseline')
    return 'Name values of parameters, as `baseline: {embedding: 32}`.';
  const form = workingForm(path, yaml) ?? nearestMetric(path, yaml);
  if (form !== undefined) return `Write \`${form}\`.${networks(path)}`;
  if (given === null) {
    return path.length === 0
      ? 'Write at least `name: …` and `data: {source: table.csv}`.'
      : 'Give it a value, or remove it.';
  }
  if (issue?.code === 'invalid_value') {
    if (!issue.message.startsWith('Invalid ')) return issue.message;
    const known = issue.values.map(String);
    return known.length === 1 ? `Write \`${String(path.at(-1))}: ${known[0]}\`.` : 'Use one of them.';
  }
  if (path.at(-2) === 'constraints') return limitForm(path.at(-1) as MetricName, given);
  const known = keysAt(path);
  if (known.length > 0) return `Write keys with values; the known keys are ${known.join(', ')}.`;
  const kind = issue?.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
  return kind === undefined ? 'See the spec reference, docs/spec.md.' : `Write ${kind} there.`;
}

function nearestMetric(path: YamlPath, yaml: YamlDocument): string | undefined {
  const given = valueAt(yaml.value, path);
  if (path[0] !== 'metric' || typeof given !== 'string') return undefined;
  const meant = meantMetric(given);
  if (path.length === 1) return firstTaken(path, [{ name: meant ?? METRIC_NAMES[0] }], yaml);
  return path[1] === 'name' && meant !== undefined ? `name: ${meant}` : undefined;
}

function networks(path: YamlPath): string {
  const [section, knob, values] = withinSpace(path).rest;
  return section === 'parameters' && knob === 'hidden' && values === 'values'
    ? ' Each value is one network: `[[128], [64]]` are two of one layer each, `[[128, 64]]` is one of two layers.'
    : '';
}

const KINDS: { readonly [kind: string]: string } = {
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function whatIsWrong(issue: z.core.$ZodIssue, path: YamlPath, yaml: YamlDocument): string {
  const given = valueAt(yaml.value, path);
  if (issue.code === 'invalid_type') {
    return `expected ${KINDS[issue.expected] ?? issue.expected}, found ${shown(path, yaml)}`;
  }
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String);
    return `${shown(path, yaml)} is not one of ${known.join(', ')}.${didYouMean(String(given), known)}`;
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') return outOfRange(issue, given);
  return issue.message.replace(/^Invalid input: /, '');
}

/** A value as a message shows it: a short scalar itself, everything else by its kind. */
function shown(path: YamlPath, yaml: YamlDocument): string {
  const given = valueAt(yaml.value, path);
  if (given === null || given === undefined) return 'nothing';
  if (typeof given === 'object') return Array.isArray(given) ? 'a list' : 'keys with values';
  const text = typeof given === 'string' ? JSON.stringify(given) : (yaml.sourceAt(path) ?? String(given));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, given: unknown): string {
  const isSmall = issue.code === 'too_small';
  const limit = isSmall ? issue.minimum : issue.maximum;
  if (issue.origin === 'string' || issue.origin === 'array') {
    const unit = issue.origin === 'string' ? 'character' : 'value';
    const bound = issue.exact === true ? 'exactly' : isSmall ? 'at least' : 'at most';
    return `needs ${bound} ${counted(Number(limit), unit)}`;
  }
  const bound = isSmall ? ['at least', 'more than'] : ['at most', 'less than'];
  return `must be ${issue.inclusive === true ? bound[0] : bound[1]} ${limit}; it is ${String(given)}`;
}
