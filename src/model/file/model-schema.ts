import { z } from 'zod';
import { KNOB_DEFAULTS, KNOB_NAMES, knobRow, type TrialConfig } from '../../knobs/knobs.js';
import { METRIC_NAMES, type MetricName } from '../../metric.js';

const text = z.string();
const number = z.number();
const once = z.literal(true).exactOptional();

const numericSchema = z.strictObject({
  kind: z.literal('numeric'),
  column: text,
  notation: z.strictObject({ decimal: z.enum(['.', ',']), grouping: text, unit: text }).exactOptional(),
  fill: number,
  logarithm: once,
  scaling: z.strictObject({ mean: number, rest: number, sd: number }).exactOptional(),
  quantiles: z.array(number).min(1).exactOptional(),
  bins: z.array(number).min(2).exactOptional(),
  missingIndicator: z.boolean(),
  keepsMissing: once,
});
const categoricalSchema = z.strictObject({
  kind: z.literal('categorical'),
  column: text,
  categories: z.array(text),
  unknownIndicator: z.boolean(),
  isCoded: once,
});
const columnSchema = z.discriminatedUnion('kind', [numericSchema, categoricalSchema]);

const size = z.int().min(1);
const layerSchema = z.strictObject({
  inputs: size,
  outputs: size,
  input: z.enum(['as given', 'normalised', 'normalised and activated']),
  sums: z.enum(['activated', 'added', 'plain']),
});
const predictorSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('network'),
    activation: z.enum(['relu', 'tanh']),
    layers: z.array(layerSchema).min(1),
  }),
  z.strictObject({ kind: z.literal('trees') }),
]);

const memberSchema = z.strictObject({
  runId: text,
  seed: z.int(),
  trainerId: text,
  /** Knobs that came after the file was written have their default. */
  config: z
    .record(text, z.unknown())
    .transform((given): Record<string, unknown> => ({ ...KNOB_DEFAULTS, ...given }))
    .pipe(z.strictObject(Object.fromEntries(KNOB_NAMES.map((name) => [name, knobRow(name).schema]))))
    .transform((config) => config as TrialConfig),
  columns: z.array(columnSchema).min(1),
  predictor: predictorSchema,
});

const costsSchema = z.array(z.array(number.min(0)));
const name = text;
const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('offsets'), name, offsets: z.array(number) }),
  z.strictObject({
    kind: z.literal('threshold'),
    name,
    classIndex: z.int().min(0),
    threshold: number.min(0).max(1),
  }),
  z.strictObject({
    kind: z.literal('costs'),
    name,
    temperature: number.positive(),
    offsets: z.array(number),
    costs: costsSchema,
  }),
]);

/** A model without its arrays, as its file has it. The class names stand there once. */
export const modelFileSchema = z
  .strictObject({
    classNames: z.array(text).min(2).max(65_536),
    reading: z
      .strictObject({
        delimiter: text,
        header: z.boolean(),
        names: z.array(text),
        decimal: z.enum(['.', ',']),
        missing_values: z.array(z.union([text, number])),
        label: text,
      })
      .partial()
      .exactOptional(),
    scoring: z
      .strictObject({
        rareClasses: z.array(z.int().min(0)),
        metric: z.strictObject({
          name: z.enum(METRIC_NAMES as readonly [MetricName, ...MetricName[]]),
          goal: z.enum(['maximize', 'minimize']),
          parameter: number.exactOptional(),
          costs: costsSchema.exactOptional(),
        }),
      })
      .exactOptional(),
    decision: decisionSchema.exactOptional(),
    members: z.array(memberSchema).min(1),
  })
  .refine(({ classNames, scoring }) => isSquare(scoring?.metric.costs, classNames.length), {
    path: ['scoring', 'metric', 'costs'],
  })
  .refine(({ classNames, decision }) => isFor(decision, classNames.length), { path: ['decision'] });

function isFor(decision: z.output<typeof decisionSchema> | undefined, classes: number): boolean {
  if (decision === undefined) return true;
  if (decision.kind === 'threshold') return decision.classIndex < classes;
  const costs = decision.kind === 'costs' ? decision.costs : undefined;
  return decision.offsets.length === classes && isSquare(costs, classes);
}

function isSquare(costs: z.output<typeof costsSchema> | undefined, classes: number): boolean {
  return costs === undefined || [costs, ...costs].every(({ length }) => length === classes);
}
