import { UserError } from '../../errors.js';
import { dataKnobs } from '../../knobs/data-knobs.js';
import { countsUnder, isOfModel } from '../../knobs/idle-knobs.js';
import { KNOB_DEFAULTS, knobRow, type TrialConfig } from '../../knobs/knobs.js';
import { isForProgram, type ParameterValue, type ProgramConfig } from '../../program.js';
import type { AnyConfig } from '../../sweep.js';
import { distributionOf } from '../axes/axis-distribution.js';
import type { AxisInput } from '../axes/axis-schema.js';
import { isRange, valuesOf } from '../distribution.js';
import type { OwnAxes } from '../programs/own-parameters.js';
import { type ProgramSpec, programOf, refuseProgramKeys } from '../programs/program-spec.js';
import type { SpecInput } from '../schema.js';
import type { Axis, Space } from '../sweep-spec.js';
import { valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';
import { requireBlocks } from './require-blocks.js';

const SECTIONS = ['train', 'model', 'data'] as const;
/** What trees learn with, where the spec says nothing else. */
const TREE_DEFAULTS = { model: 'trees', learning_rate: 0.1, epochs: 100, patience: 20, select: 'log_loss' };

/** What the spec says of knobs at one place: at its top, or in one of its spaces. */
interface Layer extends Pick<SpecInput, 'model' | 'train' | 'parameters'> {
  readonly path: YamlPath;
  readonly data?: SpecInput['data'] | NonNullable<SpecInput['spaces']>[number]['data'];
  /** The parameters that only programs know. */
  readonly own?: OwnAxes | undefined;
}

/**
 * The spaces of a spec: the one that its top describes, or those of its list, each over what the top says. `own` has the parameters that
 * only programs know, by the place of their section. Throws UserError.
 */
export function spacesOf(
  input: SpecInput,
  own: ReadonlyMap<string, OwnAxes>,
  yaml: YamlDocument,
): readonly Space[] {
  const top: Layer = { ...input, path: [], own: own.get('') };
  refuseAxisAndConstant(top, yaml);
  const layers = input.spaces?.map((space, at): Layer => {
    const path = ['spaces', at];
    return { ...space, path, own: own.get(path.join('.')) };
  });
  if (layers === undefined) {
    const program = programIn([top], yaml);
    const base = baseOf([top], program);
    const space = { name: null, axes: axesOf(top, yaml), base, trainer: program ?? trainerOf(base, input) };
    requireBlocks(space, [[]], yaml);
    refuseLonelyKeys([top], [space], yaml);
    refuseEngine([space], input, yaml);
    return [space];
  }
  refuseRepeatedNames(input, yaml);
  for (const layer of layers) refuseAxisAndConstant(layer, yaml);
  const shared = axesOf(top, yaml);
  const spaces = layers.map((layer, at): Space => {
    const program = programIn([top, layer], yaml);
    const base = baseOf([top, layer], program);
    refuseIdle(layer, base, yaml);
    const axes = axesOf(layer, yaml);
    const isReplaced = ({ knob }: Axis): boolean =>
      axes.some((axis) => axis.knob === knob) || isConstant(layer, knob) || !takes(base, knob);
    const kept = shared.filter((axis) => !isReplaced(axis));
    const name = input.spaces?.[at]?.name ?? '';
    const space = { name, axes: [...kept, ...axes], base, trainer: program ?? trainerOf(base, input) };
    requireBlocks(space, [layer.path, []], yaml);
    return space;
  });
  refuseUselessAxes(shared, spaces, yaml);
  refuseTwins(spaces, yaml);
  refuseOwnWorkers(layers, yaml);
  refuseOtherwiseRun(spaces, yaml);
  refuseLonelyKeys([top, ...layers], spaces, yaml);
  refuseEngine(spaces, input, yaml);
  return spaces;
}

/** Keys of programs where no space is one. */
function refuseLonelyKeys(layers: readonly Layer[], spaces: readonly Space[], yaml: YamlDocument): void {
  if (spaces.some(({ base }) => isForProgram(base))) return;
  for (const { train = {}, path } of layers) refuseProgramKeys(train, path, yaml);
}

/** The program of a layer over others; a layer that says the type of its model has none of those above it. */
function programIn(layers: readonly Layer[], yaml: YamlDocument): ProgramSpec | undefined {
  const last = layers.findLastIndex(({ model }) => model?.type !== undefined);
  const own = layers.slice(Math.max(0, last)).map(({ train = {}, path }) => ({ input: train, path }));
  const program = programOf(own, yaml);
  if (program === undefined || last < 0) return program;
  throw new UserError('model.type: a program of your own is the model', {
    where: yaml.locate([...(layers[last]?.path ?? []), 'model', 'type']),
    fix: 'Remove `type:`, or the command.',
  });
}

/** Whether configurations get the values of an axis that stands above their space. */
function takes(base: AnyConfig, knob: string): boolean {
  return isForProgram(base) || isOfModel(knob, base);
}

function baseOf(layers: readonly Layer[], program: ProgramSpec | undefined): AnyConfig {
  if (program !== undefined) return givenTo(program, layers);
  const { type = 'mlp', ...model } = merged(layers.map((layer) => layer.model));
  return {
    ...KNOB_DEFAULTS,
    ...(type === 'trees' ? TREE_DEFAULTS : {}),
    ...model,
    ...knobsOf(layers.map(({ train }) => train)),
    ...dataKnobs({ ...merged(layers.map(({ data }) => data)), model: type }),
  } as TrialConfig;
}

/** What a program is given in every configuration: the constants that the spec says. */
function givenTo({ type }: ProgramSpec, layers: readonly Layer[]): ProgramConfig {
  const constants = layers.map((layer) => ({
    ...knobsOf([layer.model]),
    ...knobsOf([layer.train]),
    ...Object.fromEntries(
      Object.entries(layer.data ?? {}).filter(([key]) => Object.hasOwn(KNOB_DEFAULTS, key)),
    ),
  }));
  return { ...merged(constants), model: type };
}

/** The knobs among the keys of sections. */
function knobsOf(sections: readonly (object | undefined)[]): Readonly<Record<string, ParameterValue>> {
  const known = Object.entries(merged(sections)).filter(([key]) => Object.hasOwn(KNOB_DEFAULTS, key));
  return Object.fromEntries(known);
}

/** What is said last counts. */
function merged<Section extends object>(sections: readonly (Section | undefined)[]): Partial<Section> {
  const entries = sections.flatMap((section) => Object.entries(section ?? {}));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Section>;
}

function trainerOf({ model }: AnyConfig, { engine = 'auto' }: SpecInput): Space['trainer'] {
  return model === 'trees' ? 'trees' : engine;
}

/** The axes of a layer in the order in which the user wrote them. */
function axesOf({ path, parameters, own = {} }: Layer, yaml: YamlDocument): readonly Axis[] {
  const given = { ...parameters, ...own } as Readonly<Record<string, AxisInput | undefined>>;
  const written = Object.keys(valueAt(yaml.value, [...path, 'parameters']) ?? {});
  return written.flatMap((knob) => {
    const axis = given[knob];
    if (axis === undefined) return [];
    const place = [...path, 'parameters', knob];
    const distribution = distributionOf({
      axis,
      path: place,
      yaml,
      row: own[knob] ? undefined : knobRow(knob),
    });
    if (!isRange(distribution)) refuseRepeats(place, valuesOf(distribution), yaml);
    return [{ knob, distribution }];
  });
}

function refuseRepeats(path: YamlPath, values: readonly unknown[], yaml: YamlDocument): void {
  const texts = values.map((value) => JSON.stringify(value));
  const repeated = texts.findIndex((text, index) => texts.indexOf(text) !== index);
  if (repeated < 0) return;
  throw new UserError(`${path.join('.')}: the value ${texts[repeated]} is listed twice`, {
    where: yaml.locate([...path, 'values', repeated]),
    fix: 'Remove one of them.',
  });
}

function refuseAxisAndConstant({ path, parameters, own, ...sections }: Layer, yaml: YamlDocument): void {
  for (const knob of Object.keys({ ...parameters, ...own })) {
    const section = SECTIONS.find((name) => Object.hasOwn(sections[name] ?? {}, knob));
    if (section === undefined) continue;
    const place = path.length === 0 ? '' : ` of ${path.join('.')}`;
    throw new UserError(`${knob} is both in parameters and in ${section}${place}`, {
      where: yaml.locateKey([...path, section], knob),
      fix: `Remove it from ${section}.`,
    });
  }
}

function isConstant(layer: Layer, knob: string): boolean {
  return SECTIONS.some((section) => Object.hasOwn(merged([layer[section] as object | undefined]), knob));
}

/** A space's own knobs must be those of its model; what all spaces share may be for some of them. */
function refuseIdle({ path, ...layer }: Layer, base: AnyConfig, yaml: YamlDocument): void {
  if (isForProgram(base)) return;
  for (const section of ['parameters', ...SECTIONS] as const) {
    const knobs = Object.keys(layer[section] ?? {}).filter((key) => Object.hasOwn(KNOB_DEFAULTS, key));
    const idle = knobs.find((knob) => !isOfModel(knob, base));
    if (idle === undefined) continue;
    throw new UserError(
      `${[...path, section, idle].join('.')}: the model of this space is ${base.model}, which does not use it`,
      {
        where: yaml.locateKey([...path, section], idle),
        fix: `Remove it; only ${countsUnder(idle)?.values.join(' and ')} uses it.`,
      },
    );
  }
}

/** An axis that all spaces share, and that none of their models uses. */
function refuseUselessAxes(shared: readonly Axis[], spaces: readonly Space[], yaml: YamlDocument): void {
  const useless = shared.find(({ knob }) => !spaces.some(({ base }) => takes(base, knob)));
  if (useless === undefined) return;
  throw new UserError(`parameters.${useless.knob}: no space has a model that uses it`, {
    where: yaml.locateKey(['parameters'], useless.knob),
    fix: 'Remove it.',
  });
}

function refuseRepeatedNames({ spaces = [] }: SpecInput, yaml: YamlDocument): void {
  const names = spaces.map(({ name }) => name);
  const repeated = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (repeated < 0) return;
  throw new UserError(`spaces.${repeated}.name: another space is called "${names[repeated]}" already`, {
    where: yaml.locate(['spaces', repeated, 'name']),
    fix: 'Give each space a name of its own.',
  });
}

/** Two spaces with the same configurations: nothing tells them apart. */
function refuseTwins(spaces: readonly Space[], yaml: YamlDocument): void {
  const texts = spaces.map(({ axes, base, trainer }) => JSON.stringify([axes, base, trainer]));
  const twin = texts.findIndex((text, at) => texts.indexOf(text) !== at);
  if (twin < 0) return;
  const first = spaces[texts.indexOf(texts[twin] ?? '')]?.name;
  throw new UserError(`spaces.${twin}: it has the same configurations as the space "${first}"`, {
    where: yaml.locate(['spaces', twin]),
    fix: 'Give it a `model:`, `train:`, `data:` or `parameters:` of its own, or remove it.',
  });
}

/** The workers are those of the launch. */
function refuseOwnWorkers(layers: readonly Layer[], yaml: YamlDocument): void {
  const layer = layers.find(({ train }) => train?.workers !== undefined);
  if (layer === undefined) return;
  throw new UserError(`${layer.path.join('.')}.train.workers: all spaces share the workers`, {
    where: yaml.locateKey([...layer.path, 'train'], 'workers'),
    fix: `Write \`train: {workers: ${layer.train?.workers}}\` at the top.`,
  });
}

/** One program in two spaces: nothing tells its runs apart but their configurations. */
function refuseOtherwiseRun(spaces: readonly Space[], yaml: YamlDocument): void {
  const seen = new Map<string, { readonly means: string; readonly name: string | null }>();
  for (const [at, { trainer, name }] of spaces.entries()) {
    if (typeof trainer === 'string') continue;
    const { timeoutMs, code: _code, ...rest } = trainer;
    const { cpusPerRun, gpus, ...program } = { cpusPerRun: null, gpus: [], ...rest };
    const means = JSON.stringify({ timeoutMs, cpusPerRun, gpus });
    const key = JSON.stringify(program);
    const first = seen.get(key) ?? { means, name };
    seen.set(key, first);
    if (first.means === means) continue;
    throw new UserError(
      `spaces.${at}.train: the program of the space "${first.name}" is run otherwise here`,
      {
        where: yaml.locate(['spaces', at]),
        fix: 'Say `timeout:`, `cpus_per_run:` and `gpus:` of a program once, under `train:` at the top.',
      },
    );
  }
}

/** Trees and programs have trainers of their own. */
function refuseEngine(spaces: readonly Space[], { engine = 'auto' }: SpecInput, yaml: YamlDocument): void {
  if (engine === 'auto' || spaces.some(({ base }) => base.model === 'mlp')) return;
  const [first] = spaces;
  const model = first === undefined || isForProgram(first.base) ? 'a program of your own' : first.base.model;
  throw new UserError(`engine: ${engine} trains networks, and the model is ${model}`, {
    where: yaml.locate(['engine']),
    fix: 'Remove `engine:`.',
  });
}
