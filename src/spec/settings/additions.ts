import { type Document, isCollection, parseDocument } from 'yaml';
import { UserError } from '../../errors.js';
import { isOfModel } from '../../knobs/idle-knobs.js';
import { knobValue } from '../../knobs/knob-value.js';
import { KNOB_NAMES, knobRow } from '../../knobs/knobs.js';
import { canonicalJson } from '../../wording/canonical-json.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { parseSpec } from '../parse-spec.js';
import type { SweepSpec } from '../sweep-spec.js';
import { isHolder, parseYaml, valueAt, type YamlPath } from '../yaml-document.js';

/** Values for an axis of a grid, or the `trials` of a drawn search: `gamma=4,5`. */
interface Addition {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly text: string;
}

/** The line of a recorded spec that says what was added to the file's own. */
const MARK = '# launch --add ';

/** What a recorded spec was given by `launch --add`, in order. */
export function additionsIn(specText: string): readonly string[] {
  return specText
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => line.slice(MARK.length));
}

/**
 * A spec with more values of its axes, or more trials, as if its file had been edited; its text then says so in comments. Throws
 * UserError for what the spec would refuse, and for a search whose points would all be others.
 */
export function extendedSpec(spec: SweepSpec, additions: readonly string[]): SweepSpec {
  return additions.reduce((before, text) => extendedBy(before, readAddition(text)), spec);
}

function readAddition(text: string): Addition {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const values = parseYaml(`[${text.slice(at + 1)}]`, placeOf({ text })).value;
  if (name !== '' && Array.isArray(values) && values.length > 0 && !values.includes(null))
    return { name, values, text: text.trim().replace(/\s+/g, ' ') };
  throw refusal(
    { text },
    'an addition has a name and values',
    'For example --add gamma=4,5, --add "alpha=balanced, 2" or --add trials=60.',
  );
}

function extendedBy(spec: SweepSpec, addition: Addition): SweepSpec {
  if (additionsIn(spec.text).includes(addition.text)) return spec;
  const document = parseDocument(spec.text);
  if (addition.name === 'trials') addTrials(spec, addition, document);
  else addValues(spec, addition, document);
  const text = `${document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd()}\n${MARK}${addition.text}\n`;
  try {
    return parseSpec(text, spec.file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const what = error.message.replace(/^(spaces\.\d+\.)?(parameters\.)?(\w+)(\.values)?(\.\d+)?:/, '$3:');
    throw new UserError(what, { where: placeOf(addition), fix: error.fix, cause: error });
  }
}

/** A number of all, so that a launch that is repeated adds nothing. */
function addTrials({ method, trials }: SweepSpec, addition: Addition, document: Document): void {
  const [all, ...others] = addition.values;
  if (method === 'grid' || trials === null)
    throw refusal(addition, 'trials: a grid trains every combination', 'Add values: --add gamma=4,5.');
  if (typeof all !== 'number' || others.length > 0)
    throw refusal(addition, 'trials: how many in all?', `Write --add trials=${2 * trials}.`);
  document.setIn(['trials'], Math.max(trials, all));
}

function addValues(spec: SweepSpec, addition: Addition, document: Document): void {
  const { name, values } = addition;
  refuseUnknown(spec, addition);
  if (spec.method !== 'grid') {
    throw refusal(
      addition,
      `${name}: with other values \`method: ${spec.method}\` would draw other configurations`,
      `Write --add trials=${2 * (spec.trials ?? 1)} for more of the same, or change the axis in the file.`,
    );
  }
  const written = document.toJS();
  const places = [[], ...spec.spaces.map((_, at) => ['spaces', at])].map((layer) => [
    ...layer,
    'parameters',
    name,
  ]);
  const axes = places.flatMap((path) => {
    const axis = valueAt(written, path);
    return isHolder(axis) ? [{ path, axis }] : [];
  });
  const lists = axes.filter(({ axis }) => axis.values !== undefined);
  for (const { path, axis } of lists) {
    for (const value of missing(axis.values, values))
      document.addIn([...path, 'values'], document.createNode(value));
  }
  for (const { path, axis } of lists.length > 0 ? [] : axes)
    listValues(document, path, [axis.value, ...missing([axis.value], values)]);
  if (axes.length === 0) makeAxis(spec, addition, document);
}

function listValues(document: Document, path: YamlPath, values: readonly unknown[]): void {
  document.setIn(path, document.createNode({ values }, { flow: true }));
}

/** A constant of the spec, or a default, becomes an axis. */
function makeAxis({ spaces }: SweepSpec, addition: Addition, document: Document): void {
  const { name, values } = addition;
  const [space, ...others] = spaces;
  if (space === undefined || others.length > 0) {
    throw refusal(addition, `${name}: no space has it as an axis`, `Add it to a space’s \`parameters:\`.`);
  }
  const section = knobRow(name)?.section;
  if (section !== undefined && document.hasIn([section, name])) {
    document.deleteIn([section, name]);
    const left = document.get(section);
    if (isCollection(left) && left.items.length === 0) document.delete(section);
  }
  const own = knobValue(space.base, name);
  listValues(document, ['parameters', name], [own, ...missing([own], values)]);
}

/** Those that are not there already, each once. */
function missing(own: unknown, more: readonly unknown[]): readonly unknown[] {
  const known = new Set((Array.isArray(own) ? own : []).map(canonicalJson));
  return [...new Map(more.map((value) => [canonicalJson(value), value]))]
    .filter(([key]) => !known.has(key))
    .map(([, value]) => value);
}

function refuseUnknown({ spaces }: SweepSpec, addition: Addition): void {
  const { name } = addition;
  const axes = spaces.flatMap((space) => space.axes.map(({ knob }) => knob));
  const ofModels = spaces.flatMap(({ base }) => Object.keys(base).filter((knob) => isOfModel(knob, base)));
  const known = [...new Set([...axes, ...ofModels])];
  if (known.includes(name) && name !== 'model') return;
  const isKnob = (KNOB_NAMES as readonly string[]).includes(name);
  throw refusal(
    addition,
    isKnob
      ? `${name}: the spec’s models have no such axis`
      : `there is no knob "${name}".${didYouMean(name, known)}`,
    `The axes are ${axes.join(', ') || 'none'}; a drawn search has \`trials\`.`,
  );
}

function placeOf({ text }: Pick<Addition, 'text'>): string {
  return `--add ${text}`;
}

function refusal(addition: Pick<Addition, 'text'>, what: string, fix: string): UserError {
  return new UserError(what, { where: placeOf(addition), fix });
}
