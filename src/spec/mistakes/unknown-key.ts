import { didYouMean, meantWord, nearestWord } from '../../wording/did-you-mean.js';
import { namesProgram } from '../programs/own-parameters.js';
import { valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';
import { keysAt, withinSpace } from './schema-keys.js';
import { firstTaken, workingForm, written } from './working-form.js';

/** What was wrong with a key, and what to write instead. */
export interface KeyMistake {
  readonly what: string;
  readonly fix: string;
}

const NO_JOB =
  'Write the command that trains: `program: train.py`, or `train: {command: [python3, train.py, "${args}"]}`.';
const NO_PROJECT = 'Remove it: results go to the database that --db names, under `name`.';

/** Keys of W&B's sweeps and of YAML 1.1 that have no counterpart, or a different one. */
const FOREIGN_KEYS: ReadonlyMap<string, string> = new Map([
  ['job', NO_JOB],
  ['image_uri', NO_JOB],
  ['project', NO_PROJECT],
  ['entity', NO_PROJECT],
  [
    'run_cap',
    'Write `trials:` where configurations are drawn. A grid trains every combination of the values; `focalsweep plan` says how many there are.',
  ],
  [
    '<<',
    'Merge keys are not part of YAML 1.2. Write the keys out, or use an alias for a whole value: `train: *name`.',
  ],
]);

/** Keys of an axis that gives a range instead of a list. */
const DISTRIBUTION_KEYS = new Set(['min', 'max', 'distribution', 'mu', 'sigma', 'q', 'probabilities']);

/** Explains a key that the section does not have: whose it is, where it belongs, or what was meant. */
export function unknownKey(
  key: string,
  path: YamlPath,
  known: readonly string[],
  yaml: YamlDocument,
): KeyMistake {
  const section = path.length === 0 ? 'a sweep spec' : path.join('.');
  const what = `unknown key "${key}" in ${section}.`;
  const { space, rest } = withinSpace(path);
  const isAxis = rest[0] === 'parameters' && rest.length === 2;
  if (isAxis && DISTRIBUTION_KEYS.has(key)) return { what, fix: listTheValues(path, yaml) };
  const wrapped = isAxis ? workingForm(path, yaml) : undefined;
  if (wrapped !== undefined) return { what, fix: `Write \`${wrapped}\`.` };
  const foreign = path.length === 0 || key === '<<' ? FOREIGN_KEYS.get(key) : undefined;
  if (foreign !== undefined) return { what, fix: foreign };
  const value = valueAt(yaml.value, [...path, key]);
  const meant = meantWord(key, known);
  const near = meant ?? nearestWord(key, known);
  const form = near === undefined ? undefined : firstTaken([...path, near], [value], yaml);
  const home = meant === undefined ? homeOf(key, value, space, yaml) : undefined;
  if (home !== undefined) return { what, fix: home };
  const own = meant === undefined ? ownParameter(key, path, yaml) : undefined;
  return {
    what: `${what}${didYouMean(key, known)}`,
    fix:
      [form === undefined ? '' : `Write \`${form}\`.`, own ?? ''].filter(Boolean).join(' ') ||
      `Known keys: ${known.join(', ')}.`,
  };
}

function listTheValues(path: YamlPath, yaml: YamlDocument): string {
  const { min, max, values } = valueAt(yaml.value, path) as Readonly<Record<string, unknown>>;
  const form = firstTaken(path, [{ values }, { values: [min, max] }], yaml);
  const knob = String(path.at(-1));
  const between = values === undefined ? ', with the values in between that you want to try' : '';
  return form === undefined
    ? `Only lists of values are supported: write \`${knob}: {values: [first, second]}\`.`
    : `Only lists of values are supported: write \`${form}\`${between}.`;
}

/** A constant that only a program knows, in the section for knobs. */
function ownParameter(key: string, path: YamlPath, yaml: YamlDocument): string | undefined {
  const { space, rest } = withinSpace(path);
  const isSection = rest.length === 1 && (rest[0] === 'train' || rest[0] === 'model');
  const isProgram = [space, []].some((layer) => namesProgram(yaml.value, layer));
  const isTop = ['program', 'command'].some((own) => valueAt(yaml.value, [own]) !== undefined);
  if (!isSection || !(isProgram || isTop)) return undefined;
  const axis = written([key], { value: valueAt(yaml.value, [...path, key]) });
  return `What only your program knows belongs under parameters: write \`parameters: {${axis}}\`.`;
}

/** Where a key of the wrong section belongs: in its space, or else at the top. */
function homeOf(key: string, value: unknown, space: YamlPath, yaml: YamlDocument): string | undefined {
  const sections = ['train', 'model', 'parameters', '', 'data', 'metric'];
  const places = (space.length === 0 ? [[]] : [space, []]).flatMap((place) =>
    sections.map((section) => ({ place, section })),
  );
  for (const { place, section } of places) {
    const path = section === '' ? place : [...place, section];
    const word = meantWord(key, keysAt(path));
    if (word === undefined) continue;
    const form = firstTaken([...path, word], [value, { values: value }], yaml);
    if (form === undefined) continue;
    if (section !== '') return `It belongs under ${section}: write \`${section}: {${form}}\`.`;
    return place.length > 0
      ? `Write \`${form}\` beside the name of the space.`
      : `It belongs at the top: write \`${form}\`.`;
  }
  return undefined;
}
