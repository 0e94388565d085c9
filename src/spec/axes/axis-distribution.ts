import { UserError } from '../../errors.js';
import { isWhole, type Knob } from '../../knobs/knob.js';
import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { sum } from '../../wording/numbers.js';
import { type Distribution, type KnobValue, stepsBetween } from '../distribution.js';
import type { YamlDocument, YamlPath } from '../yaml-document.js';
import {
  type AxisInput,
  DISTRIBUTION_KEYS,
  DISTRIBUTION_NAMES,
  type DistributionName,
  distributionFix,
  type RANGE_KEYS,
} from './axis-schema.js';

/** How far the sum of probabilities may be from 1. */
const SUM_ERROR = 1e-6;

/** An axis in its place. */
interface PlacedAxis {
  readonly axis: AxisInput;
  readonly path: YamlPath;
  readonly yaml: YamlDocument;
  /** Undefined for a parameter that only programs know. */
  readonly row: Knob | undefined;
}

/** The distribution that an axis says or, as in W&B, that follows from its keys. Throws UserError with the place. @internal */
export function distributionOf(placed: PlacedAxis): Distribution {
  const { axis } = placed;
  const type = typeOf(placed);
  refuseForeignKeys(type, placed);
  if (type === 'constant') return { type, value: axis.value as KnobValue };
  if (type === 'categorical') return listOf(placed);
  const numbers = numbersOf(type, placed);
  requireRange(type, numbers, placed);
  return { type, ...numbers } as Distribution;
}

function typeOf(placed: PlacedAxis): DistributionName {
  const { distribution, values, value } = placed.axis;
  if (distribution === undefined) {
    if (values !== undefined) return 'categorical';
    if (value !== undefined) return 'constant';
    return isWholeRange(placed) ? 'int_uniform' : 'uniform';
  }
  if (DISTRIBUTION_NAMES.includes(distribution as DistributionName)) return distribution as DistributionName;
  throw refusal(placed, 'distribution', {
    what: `${JSON.stringify(distribution)} is not one of ${DISTRIBUTION_NAMES.join(', ')}.${didYouMean(String(distribution), DISTRIBUTION_NAMES)}`,
    fix: distributionFix(distribution) ?? 'Use one of them.',
  });
}

/** Bounds that are written without a point or an exponent, as W&B looks at it; `0.0` is no whole number. */
function isWholeRange({ axis: { min, max }, path, yaml, row }: PlacedAxis): boolean {
  if (row !== undefined && isWhole(row)) return true;
  const isWritten = (key: string): boolean => /^[+-]?\d+$/.test(yaml.sourceAt([...path, key]) ?? '');
  return Number.isInteger(min) && Number.isInteger(max) && isWritten('min') && isWritten('max');
}

function refuseForeignKeys(type: DistributionName, placed: PlacedAxis): void {
  const own = Object.keys(DISTRIBUTION_KEYS[type]);
  const given = Object.entries(placed.axis).filter(([, value]) => value !== undefined);
  const foreign = given
    .map(([key]) => key)
    .find(
      (key) =>
        key !== 'distribution' && !own.includes(key) && !(type === 'categorical' && key === 'probabilities'),
    );
  if (foreign === undefined) return;
  const owner = foreign === 'q' ? `q_${type.replace(/^int_/, '')}` : undefined;
  const isOwner = DISTRIBUTION_NAMES.some((name) => name === owner);
  throw refusal(placed, foreign, {
    what: `${type} has no such key; it has ${own.join(', ')}`,
    fix: isOwner ? `Write \`distribution: ${owner}\`, or remove it.` : 'Remove it.',
  });
}

/** Values in a list, with their probabilities where they are not all the same. */
function listOf(placed: PlacedAxis): Distribution {
  const { values = [], probabilities } = placed.axis;
  if (probabilities === undefined) return { type: 'values', values };
  const shares = Array.isArray(probabilities) ? (probabilities as readonly unknown[]) : [];
  const isNumeric = shares.every((own) => typeof own === 'number' && own >= 0);
  const total = isNumeric ? sum(shares as readonly number[]) : Number.NaN;
  if (shares.length === values.length && Math.abs(total - 1) <= SUM_ERROR) {
    return { type: 'categorical', values, probabilities };
  }
  throw refusal(placed, 'probabilities', {
    what: `each of ${counted(values.length, 'value')} has one, and they sum to 1; these are ${shares.length}, and sum to ${Number(total.toPrecision(6))}`,
    fix: 'Write a number for each value, or leave them out.',
  });
}

type RangeNumbers = { readonly [key in (typeof RANGE_KEYS)[number]]?: number };

function numbersOf(type: DistributionName, placed: PlacedAxis): RangeNumbers {
  const entries = Object.entries(DISTRIBUTION_KEYS[type]).map(([name, initial]) => {
    const key = name as (typeof RANGE_KEYS)[number];
    const value = placed.axis[key] ?? initial;
    if (Number.isFinite(value)) return [key, value];
    const isMissing = placed.axis[key] === undefined;
    throw refusal(placed, isMissing ? undefined : key, {
      what: isMissing ? `${key} is missing` : 'expected a number',
      fix: isMissing ? `Add \`${key}: …\`, or give \`values: […]\`.` : 'Write a number there.',
    });
  });
  return Object.fromEntries(entries) as RangeNumbers;
}

/** Throws UserError for a range without numbers, and for one of numbers that the knob does not take. */
function requireRange(type: DistributionName, numbers: RangeNumbers, placed: PlacedAxis): void {
  const { min = 0, max = 1, mu, sigma = 1, q } = numbers;
  const refuse = (key: keyof AxisInput, what: string, fix: string): UserError =>
    refusal(placed, key, { what, fix });
  if (sigma <= 0) throw refuse('sigma', `must be more than 0; it is ${sigma}`, 'Use a positive number.');
  if (q !== undefined && q <= 0)
    throw refuse('q', `must be more than 0; it is ${q}`, 'Use a positive number.');
  if (min >= max)
    throw refuse('max', `${max} is not above min, ${min}`, `Exchange them, or write \`value: ${min}\`.`);
  if (/log_uniform/.test(type) && min <= 0)
    throw refuse('min', `a logarithm needs more than 0; it is ${min}`, 'Use a positive number.');
  if (type === 'int_uniform' && !(Number.isInteger(min) && Number.isInteger(max)))
    throw refuse('distribution', 'its bounds are whole numbers', 'Write `distribution: uniform`.');
  const steps = q === undefined ? undefined : stepsBetween({ min, max }, q);
  if (steps !== undefined && steps.least > steps.most)
    throw refuse('q', `no multiple of ${q} lies between ${min} and ${max}`, 'Use a smaller one.');
  requireKnobTakes(type, { mu, q }, placed);
}

function requireKnobTakes(
  type: DistributionName,
  { mu, q }: { readonly mu: number | undefined; readonly q: number | undefined },
  placed: PlacedAxis,
): void {
  const { row } = placed;
  if (row === undefined) return;
  const isOfWholes = type === 'int_uniform' || (type.startsWith('q_') && Number.isInteger(q));
  if (isWhole(row) && !isOfWholes) {
    const stepped = type === 'uniform' ? 'int_uniform' : `q_${type.replace(/^q_/, '')}`;
    throw refusal(placed, type.startsWith('q_') ? 'q' : 'distribution', {
      what: 'its values are whole numbers',
      fix: type.startsWith('q_') ? 'Use a whole number.' : `Write \`distribution: ${stepped}\`.`,
    });
  }
  if (mu === undefined) return;
  const centre = type.endsWith('log_normal') ? Math.exp(mu) : mu;
  const at = q === undefined ? centre : Math.round(centre / q) * q;
  if (row.schema.safeParse(at).success) return;
  throw refusal(placed, placed.axis.mu === undefined ? undefined : 'mu', {
    what: `the centre, ${Number(centre.toPrecision(4))}, is no value that it takes`,
    fix: 'Choose another mu: numbers that the knob does not take are drawn again.',
  });
}

function refusal(
  { path, yaml }: PlacedAxis,
  key: string | undefined,
  { what, fix }: { readonly what: string; readonly fix: string },
): UserError {
  const place = key === undefined ? path : [...path, key];
  return new UserError(`${place.join('.')}: ${what}`, { where: yaml.locate(place), fix });
}
