import { UserError } from '../../errors.js';
import { dataKnobs } from '../../knobs/data-knobs.js';
import { countsUnder, isOfModel } from '../../knobs/idle-knobs.js';
import { KNOB_DEFAULTS, type KnobName } from '../../knobs/knobs.js';
import type { TrialConfig } from '../../sweep.js';
import { type Distribution, type KnobValue, valuesOf } from '../distribution.js';
import { requireBlocks } from '../require-blocks.js';
import type { SpecInput } from '../schema.js';
import type { Axis, Space } from '../sweep-spec.js';
import { valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';

const SECTIONS = ['train', 'model', 'data'] as const;
/** What trees learn with, where the spec says nothing else. */
const TREE_DEFAULTS = { model: 'trees', learning_rate: 0.1, epochs: 100, patience: 20, select: 'log_loss' };

/** What the spec says of knobs at one place: at its top, or in one of its spaces. */
interface Layer extends Pick<SpecInput, 'model' | 'train' | 'parameters'> {
  readonly path: YamlPath;
  readonly data?: SpecInput['data'] | NonNullable<SpecInput['spaces']>[number]['data'];
}

/** The spaces of a spec: the one that its top describes, or those of its list, each over what the top says. Throws UserError. */
export function spacesOf(input: SpecInput, yaml: YamlDocument): readonly Space[] {
  const top: Layer = { ...input, path: [] };
  refuseAxisAndConstant(top, yaml);
  const layers = input.spaces?.map((own, at): Layer => ({ ...own, path: ['spaces', at] }));
  if (layers === undefined) {
    const base = baseOf([top]);
    const space = { name: null, axes: axesOf(top, yaml), base, trainer: trainerOf(base, input) };
    requireBlocks(space, [[]], yaml);
    refuseEngine([space], input, yaml);
    return [space];
  }
  refuseRepeatedNames(input, yaml);
  for (const own of layers) refuseAxisAndConstant(own, yaml);
  const shared = axesOf(top, yaml);
  const spaces = layers.map((own, at): Space => {
    const base = baseOf([top, own]);
    refuseIdle(own, base, yaml);
    const axes = axesOf(own, yaml);
    const isReplaced = ({ knob }: Axis): boolean =>
      axes.some((axis) => axis.knob === knob) || isConstant(own, knob) || !isOfModel(knob, base);
    const kept = shared.filter((axis) => !isReplaced(axis));
    const name = input.spaces?.[at]?.name ?? '';
    const space = { name, axes: [...kept, ...axes], base, trainer: trainerOf(base, input) };
    requireBlocks(space, [own.path, []], yaml);
    return space;
  });
  refuseUselessAxes(shared, spaces, yaml);
  refuseTwins(spaces, yaml);
  refuseEngine(spaces, input, yaml);
  return spaces;
}

function baseOf(layers: readonly Layer[]): TrialConfig {
  const { type = 'mlp', ...model } = merged(layers.map((layer) => layer.model));
  return {
    ...KNOB_DEFAULTS,
    ...(type === 'trees' ? TREE_DEFAULTS : {}),
    ...model,
    ...merged(layers.map(({ train }) => train)),
    ...dataKnobs({ ...merged(layers.map(({ data }) => data)), model: type }),
  } as TrialConfig;
}

/** What is said last counts. */
function merged<Section extends object>(sections: readonly (Section | undefined)[]): Partial<Section> {
  const entries = sections.flatMap((section) => Object.entries(section ?? {}));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Section>;
}

function trainerOf({ model }: TrialConfig, { engine = 'auto' }: SpecInput): Space['trainer'] {
  return model === 'trees' ? 'trees' : engine;
}

/** The schema makes sure that one of the two is given. */
interface AxisInput {
  readonly values?: readonly KnobValue[];
  readonly value?: KnobValue;
}

function distributionOf({ values, value }: AxisInput): Distribution {
  if (values !== undefined) return { type: 'values', values };
  return { type: 'constant', value: value as KnobValue };
}

/** The axes of a layer in the order in which the user wrote them. */
function axesOf({ path, parameters }: Layer, yaml: YamlDocument): readonly Axis[] {
  const given = (parameters ?? {}) as Readonly<Record<string, AxisInput | undefined>>;
  const written = Object.keys(valueAt(yaml.value, [...path, 'parameters']) ?? {});
  return written.flatMap((knob) => {
    const axis = given[knob];
    if (axis === undefined) return [];
    const distribution = distributionOf(axis);
    refuseRepeats([...path, 'parameters', knob], valuesOf(distribution), yaml);
    return [{ knob: knob as KnobName, distribution }];
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

function refuseAxisAndConstant({ path, parameters, ...sections }: Layer, yaml: YamlDocument): void {
  for (const knob of Object.keys(parameters ?? {})) {
    const section = SECTIONS.find((name) => knob in (sections[name] ?? {}));
    if (section === undefined) continue;
    const place = path.length === 0 ? '' : ` of ${path.join('.')}`;
    throw new UserError(`${knob} is both in parameters and in ${section}${place}`, {
      where: yaml.locateKey([...path, section], knob),
      fix: `Remove it from ${section}.`,
    });
  }
}

function isConstant(layer: Layer, knob: KnobName): boolean {
  return SECTIONS.some((section) => knob in merged([layer[section] as object | undefined]));
}

/** A space's own knobs must be those of its model; what all spaces share may be for some of them. */
function refuseIdle({ path, ...layer }: Layer, base: TrialConfig, yaml: YamlDocument): void {
  for (const section of ['parameters', ...SECTIONS] as const) {
    const knobs = Object.keys(layer[section] ?? {}).filter((key) => key in KNOB_DEFAULTS) as KnobName[];
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
  const useless = shared.find(({ knob }) => !spaces.some(({ base }) => isOfModel(knob, base)));
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
  const texts = spaces.map(({ axes, base }) => JSON.stringify([axes, base]));
  const twin = texts.findIndex((text, at) => texts.indexOf(text) !== at);
  if (twin < 0) return;
  const first = spaces[texts.indexOf(texts[twin] ?? '')]?.name;
  throw new UserError(`spaces.${twin}: it has the same configurations as the space "${first}"`, {
    where: yaml.locate(['spaces', twin]),
    fix: 'Give it a `model:`, `train:`, `data:` or `parameters:` of its own, or remove it.',
  });
}

/** Trees have a trainer of their own. */
function refuseEngine(spaces: readonly Space[], { engine = 'auto' }: SpecInput, yaml: YamlDocument): void {
  if (engine === 'auto' || spaces.some(({ trainer }) => trainer !== 'trees')) return;
  throw new UserError(`engine: ${engine} trains networks, and the model is trees`, {
    where: yaml.locate(['engine']),
    fix: 'Remove `engine:`.',
  });
}
