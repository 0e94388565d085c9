import { METRIC_NAMES, METRICS, type MetricName, type MetricValues } from '../../metric.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** Means in float32 may leave the range of a metric by this much. */
const ROUNDING = 1e-6;

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A number that may be absent or null; NaN then, and where it is not finite. */
export function optionalNumber(fields: Fields, name: string, where: string): number {
  const value = fields[name] ?? Number.NaN;
  if (typeof value !== 'number') {
    throw wrongAnswer(where, `\`${name}\` is ${quoted(value)}, not a number`);
  }
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Every metric, NaN where the program has not told it. */
export function toldMetrics(fields: Fields, where: string): MetricValues {
  const values = METRIC_NAMES.map((name) => [name, metricValue(fields, name, where)] as const);
  return Object.fromEntries(values) as MetricValues;
}

/** Metrics in place of predictions: those that are told, each finite. Undefined if there are none. */
export function metricsAlone(fields: Fields, where: string): Partial<MetricValues> | undefined {
  const told = METRIC_NAMES.filter((name) => (fields[name] ?? null) !== null);
  if (told.length === 0) return undefined;
  const values = told.map((name) => {
    const value = metricValue(fields, name, where);
    if (Number.isNaN(value)) throw wrongAnswer(where, `\`${name}\` is not a finite number`);
    return [name, value] as const;
  });
  return Object.fromEntries(values);
}

function metricValue(fields: Fields, name: MetricName, where: string): number {
  const value = optionalNumber(fields, name, where);
  const [lowest, highest] = METRICS[name].range;
  if (value < lowest - ROUNDING || value > highest + ROUNDING) {
    const limits = highest === Number.POSITIVE_INFINITY ? `at least ${lowest}` : `${lowest} to ${highest}`;
    throw wrongAnswer(
      where,
      `\`${name}\` is ${value}, and can only be ${limits}`,
      value > 1 && value <= 100 ? 'Metrics are shares, not per cent: divide by 100.' : undefined,
    );
  }
  return Math.min(highest, Math.max(lowest, value));
}
