import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import type { MetricName, TrialConfig } from '../sweep.js';
import { KNOB_DEFAULTS, type KnobName } from './knobs.js';
import { type SpecInput, sweepSchema } from './schema.js';
import { schemaError } from './schema-error.js';
import type { Axis, SweepSpec } from './sweep-spec.js';
import { parseYaml, type YamlDocument } from './yaml-document.js';

const LARGEST_SPEC_BYTES = 1_048_576;

/** Reads and validates a spec file. Throws UserError with file:line:column. */
export function readSpec(file: string): SweepSpec {
  let size: number;
  try {
    size = statSync(file).size;
  } catch (error) {
    throw new UserError('the spec cannot be read', {
      where: file,
      fix: 'Give the path of a sweep spec, for example sweeps/quickstart.yaml.',
      cause: error,
    });
  }
  if (size > LARGEST_SPEC_BYTES) {
    throw new UserError('the spec is larger than 1 MiB', {
      where: file,
      fix: 'Name data files in it; do not paste data.',
    });
  }
  return parseSpec(readFileSync(file, 'utf8'), file);
}

/** Validates the text of a spec. `file` names it in errors. Throws UserError with file:line:column. */
export function parseSpec(text: string, file = 'spec.yaml'): SweepSpec {
  const yaml = parseYaml(text, file);
  const parsed = sweepSchema.safeParse(yaml.value);
  if (!parsed.success) throw schemaError(parsed.error.issues, yaml);
  const input = parsed.data;
  const axes = axesOf(input, yaml);
  const metricName: MetricName = input.metric?.name ?? 'macro_f1';
  return {
    name: input.name,
    description: input.description ?? '',
    method: input.method ?? 'grid',
    metric: {
      name: metricName,
      goal: input.metric?.goal ?? (metricName === 'log_loss' ? 'minimize' : 'maximize'),
    },
    axes,
    base: baseOf(input),
    seeds: seedsOf(input, yaml),
    retries: input.retries ?? 1,
    storeLogits: input.store_logits ?? false,
    data: input.data,
    engine: input.engine ?? 'auto',
    text,
    file,
    locate: yaml.locate,
  };
}

function seedsOf(input: SpecInput, yaml: YamlDocument): readonly number[] {
  const seeds = input.seeds ?? 3;
  if (typeof seeds === 'number') return Array.from({ length: seeds }, (_, index) => index + 1);
  const repeated = seeds.findIndex((seed, index) => seeds.indexOf(seed) !== index);
  if (repeated >= 0) {
    throw new UserError(`seeds: ${seeds[repeated]} stands there twice`, {
      where: yaml.locate(['seeds', repeated]),
      fix: 'A seed trained twice gives the same result; take one of them out.',
    });
  }
  return seeds;
}

function baseOf(input: SpecInput): TrialConfig {
  const { type: _type, ...model } = input.model ?? {};
  return { ...KNOB_DEFAULTS, ...withoutUndefined(model), ...withoutUndefined(input.train ?? {}) };
}

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** The axes in the order in which the user wrote them. */
function axesOf(input: SpecInput, yaml: YamlDocument): readonly Axis[] {
  const parameters = (input.parameters ?? {}) as Record<
    string,
    { values?: unknown[]; value?: unknown } | undefined
  >;
  const written = Object.keys((yaml.value as { parameters?: object }).parameters ?? {}) as KnobName[];
  return written.flatMap((knob) => {
    const axis = parameters[knob];
    if (axis === undefined) return [];
    const values = axis.values ?? [axis.value];
    refuseRepeats(knob, values, yaml);
    refuseAxisAndConstant(knob, input, yaml);
    return [{ knob, values } as Axis];
  });
}

function refuseRepeats(knob: string, values: readonly unknown[], yaml: YamlDocument): void {
  const texts = values.map((value) => JSON.stringify(value));
  const repeated = texts.findIndex((text, index) => texts.indexOf(text) !== index);
  if (repeated >= 0) {
    throw new UserError(`parameters.${knob}: the value ${texts[repeated]} stands there twice`, {
      where: yaml.locate(['parameters', knob, 'values', repeated]),
      fix: 'Take one of them out.',
    });
  }
}

function refuseAxisAndConstant(knob: KnobName, input: SpecInput, yaml: YamlDocument): void {
  for (const section of ['train', 'model'] as const) {
    if (input[section] !== undefined && knob in (input[section] as object)) {
      throw new UserError(`${knob} stands both in parameters and in ${section}`, {
        where: yaml.locateKey([section], knob),
        fix: `Take it out of ${section}.`,
      });
    }
  }
}
