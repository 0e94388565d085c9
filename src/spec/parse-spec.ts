import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { UserError } from '../errors.js';
import type { MetricName, TrialConfig } from '../sweep.js';
import { KNOB_DEFAULTS, type KnobName } from './knobs.js';
import { type SpecInput, sweepSchema } from './schema.js';
import { schemaError } from './schema-error.js';
import type { Axis, SweepSpec } from './sweep-spec.js';
import { LARGEST_BYTES, parseYaml, tooLarge, type YamlDocument } from './yaml-document.js';

/** Reads and validates a spec file. Throws UserError with file:line:column. */
export function readSpec(file: string): SweepSpec {
  const bytes = firstBytes(file, LARGEST_BYTES + 1);
  if (bytes.length > LARGEST_BYTES) throw tooLarge(file);
  if (!isUtf8(bytes)) {
    throw new UserError('the spec is not valid UTF-8', {
      where: file,
      fix: 'Save the file as UTF-8, for example with `iconv -t UTF-8`.',
    });
  }
  return parseSpec(bytes.toString('utf8'), file);
}

/** At most so many: pipes and devices have no size to look at before. */
function firstBytes(file: string, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  let length = 0;
  try {
    const handle = openSync(file, 'r');
    try {
      for (let read = -1; read !== 0 && length < most; length += read) {
        read = readSync(handle, bytes, length, most - length, null);
      }
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw new UserError(`the spec cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      where: file,
      fix: 'Give the path of a sweep spec, for example sweeps/quickstart.yaml.',
      cause: error,
    });
  }
  return bytes.subarray(0, length);
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
