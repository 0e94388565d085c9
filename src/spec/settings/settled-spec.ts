import { UserError } from '../../errors.js';
import { isOfModel } from '../../knobs/idle-knobs.js';
import { KNOB_NAMES } from '../../knobs/knobs.js';
import { isForProgram } from '../../program.js';
import type { TrialConfig } from '../../sweep.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { shellWord } from '../../wording/shell-word.js';
import { valuesOf } from '../distribution.js';
import { parseSpec } from '../parse-spec.js';
import type { Axis, Space, SweepSpec } from '../sweep-spec.js';
import { isHolder, parseYaml } from '../yaml-document.js';
import { type Setting, settingPlace } from './setting.js';

/**
 * A spec of one configuration: settings take the place of axes and constants, and what is left of the axes has one value each. Its
 * text stays the one that the user wrote. Throws UserError for settings that the spec would refuse, and for axes that are still open.
 */
export function settledSpec(spec: SweepSpec, settings: readonly Setting[]): SweepSpec {
  const space = chosenSpace(spec, settings);
  const knobs = latest(settings.filter(({ name }) => name !== 'space'));
  for (const setting of knobs) refuseUnknown(setting, space);
  const settled = knobs.length === 0 ? space : withSettings(spec, space, knobs);
  const axes = settled.axes.filter(({ knob }) => isForProgram(settled.base) || isOfModel(knob, settled.base));
  refuseOpen(axes);
  // Nothing is compared, so nothing is a baseline; and nothing is searched.
  return { ...spec, spaces: [{ ...settled, axes }], baseline: null, stop: { type: 'none' }, budget: null };
}

/** A setting that is given twice counts as it was given last. */
function latest(settings: readonly Setting[]): readonly Setting[] {
  return [...new Map(settings.map((setting) => [setting.name, setting])).values()];
}

function chosenSpace({ spaces }: SweepSpec, settings: readonly Setting[]): Space {
  const [first, ...others] = spaces;
  const setting = settings.findLast(({ name }) => name === 'space');
  const names = spaces.flatMap(({ name }) => name ?? []);
  if (first === undefined || (setting === undefined && others.length > 0)) {
    throw new UserError(`the spec has several spaces: ${names.join(', ')}`, {
      fix: `Choose one: --set space=${shellWord(names[0] ?? '')}.`,
    });
  }
  if (setting === undefined) return first;
  const chosen = spaces.find(({ name }) => name === String(setting.value));
  if (chosen !== undefined) return chosen;
  throw new UserError(
    names.length === 0
      ? 'the spec has no spaces'
      : `there is no space "${setting.value}".${didYouMean(String(setting.value), names)}`,
    {
      where: settingPlace(setting.text),
      fix: names.length === 0 ? 'Leave `space` out.' : `The spec has ${names.join(', ')}.`,
    },
  );
}

function refuseUnknown({ name, text }: Setting, { base, axes }: Space): void {
  const known = isForProgram(base)
    ? [...new Set([...Object.keys(base), ...axes.map(({ knob }) => knob)])].filter((own) => own !== 'model')
    : KNOB_NAMES;
  if ((known as readonly string[]).includes(name)) return;
  throw new UserError(`there is no setting "${name}".${didYouMean(name, known)}`, {
    where: settingPlace(text),
    fix:
      name === 'seed' || name === 'seeds'
        ? 'Write --seed, which takes one number.'
        : `The settings are ${known.join(', ')}.`,
  });
}

/** The space with the settings, as the spec's own rules make it. */
function withSettings(spec: SweepSpec, space: Space, settings: readonly Setting[]): Space {
  try {
    return parsedSpace(spec, space, settings);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { name, value, text } = meantSetting(error.message, settings);
    const what = error.message.replace(/^(spaces\.\d+\.)?(parameters|model)\.\w+(\.value)?:/, `${name}:`);
    const fix = Array.isArray(value) ? 'A setting has one value.' : writtenFor(error.fix, name);
    throw new UserError(what, { where: settingPlace(text), fix, cause: error });
  }
}

/** The setting that a message begins with. */
function meantSetting(message: string, settings: readonly Setting[]): Setting {
  const words = message.split(':')[0]?.split(/\W+/) ?? [];
  const meant = settings.find(({ name }) => words.includes(name)) ?? settings.at(-1);
  if (meant === undefined) throw new RangeError('there is no setting');
  return meant;
}

/** A form of the spec as a setting. */
function writtenFor(fix: string | undefined, name: string): string | undefined {
  return fix?.replace(
    /`(?:value|type): ([^`{]+)`/,
    (_form, value) => `--set ${shellWord(`${name}=${value}`)}`,
  );
}

type Layer = Readonly<Record<string, unknown>>;

function parsedSpace(spec: SweepSpec, space: Space, settings: readonly Setting[]): Space {
  // The named baseline may be a value that is no longer there, and rungs later than the last epoch.
  const {
    baseline: _,
    stop: _stop,
    early_terminate: _early,
    spaces,
    ...top
  } = parseYaml(spec.text, spec.file).value as Layer;
  const own = Array.isArray(spaces) ? (spaces[spec.spaces.indexOf(space)] as Layer) : undefined;
  const model = settings.find(({ name }) => name === 'model')?.value;
  const idle = KNOB_NAMES.filter((knob) => !isOfModel(knob, { model: model as TrialConfig['model'] }));
  const names = [...settings.map(({ name }) => name), ...(model === undefined ? [] : idle)];
  const taken = new Set(space.axes.map(({ knob }) => knob));
  const foreign = Object.keys((top.parameters as Layer | undefined) ?? {}).filter((knob) => !taken.has(knob));
  const edited =
    own === undefined
      ? withKnobs(without(top, names), settings)
      : {
          ...without(top, [...names, ...foreign]),
          spaces: [withKnobs(without(own, names), settings)],
        };
  const [settled] = parseSpec(JSON.stringify(edited), spec.file).spaces;
  if (settled === undefined) throw new Error('a spec without spaces');
  return settled;
}

/** A layer of the spec without what it says of knobs. */
function without(layer: Layer, knobs: readonly string[]): Layer {
  const sections = ['parameters', 'train', 'model', 'data'].flatMap((name) => {
    const section = layer[name];
    if (!isHolder(section) || Array.isArray(section)) return [];
    const kept = Object.entries(section).filter(([key]) => !knobs.includes(knobOf(name, key)));
    // An empty section is none.
    return [[name, kept.length === 0 ? undefined : Object.fromEntries(kept)] as const];
  });
  return { ...layer, ...Object.fromEntries(sections) };
}

/** The type of the model is the knob `model`. */
function knobOf(section: string, key: string): string {
  return section === 'model' && key === 'type' ? 'model' : key;
}

function withKnobs(layer: Layer, settings: readonly Setting[]): Layer {
  const model = settings.find(({ name }) => name === 'model');
  const axes = settings.filter((setting) => setting !== model);
  return {
    ...layer,
    ...(model !== undefined && { model: { ...(layer.model as Layer | undefined), type: model.value } }),
    parameters: {
      ...(layer.parameters as Layer | undefined),
      ...Object.fromEntries(axes.map(({ name, value }) => [name, { value }])),
    },
  };
}

function refuseOpen(axes: readonly Axis[]): void {
  const open = axes.filter(({ distribution }) => valuesOf(distribution).length > 1);
  if (open.length === 0) return;
  const texts = open.map(
    ({ knob, distribution }) =>
      `${knob} is ${valuesOf(distribution)
        .map((value) => JSON.stringify(value))
        .join(', ')}`,
  );
  const settings = open.map(
    ({ knob, distribution }) => `--set ${shellWord(`${knob}=${settingText(valuesOf(distribution)[0])}`)}`,
  );
  throw new UserError(`the spec has several configurations: ${texts.join('; ')}`, {
    fix: `Choose one value of each: ${settings.join(' ')}.`,
  });
}

/** A value as `--set` takes it. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
