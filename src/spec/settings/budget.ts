import { z } from 'zod';
import { UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';

/** What a search may spend; the first that is spent ends it. */
export interface Budget {
  /** Of a launch, by the clock. */
  readonly minutes?: number | undefined;
  /** Each run counts with all of its epochs, whatever patience saves; where a search drops configurations, with those that it asked for. */
  readonly epochs?: number | undefined;
  readonly runs?: number | undefined;
  /** Configurations in a row that are not better than the best before them by more than `equivalent`. */
  readonly patience?: number | undefined;
}

/** The `budget:` section. @internal */
export const budgetSchema = z
  .strictObject({
    minutes: z.number().gt(0).max(1_000_000).optional().describe('Minutes of a launch, by the clock.'),
    epochs: z
      .int()
      .min(1)
      .max(1e12)
      .optional()
      .describe('Epochs of all runs, each with as many as it may have, or as `stop:` lets it.'),
    runs: z.int().min(1).max(10_000_000).optional().describe('Runs of the sweep.'),
    patience: z
      .int()
      .min(5)
      .max(1_000_000)
      .optional()
      .describe(
        'Of drawn configurations: how many in a row may be no better than the best before them, by more than `equivalent`.',
      ),
  })
  .refine((budget) => Object.keys(budget).length > 0, 'needs `minutes`, `epochs`, `runs` or `patience`');

const MINUTES: { readonly [unit: string]: number } = { s: 1 / 60, m: 1, min: 1, h: 60, d: 1440 };
const GIVEN = /^(\d+(?:\.\d+)?) *(s|m|min|h|d|epochs?|runs?)$/;

/** The budget that `--budget` says; null for `none`. Throws UserError. */
export function parseBudget(text: string): Budget | null {
  if (text === 'none') return null;
  const [, digits = '', unit = ''] = GIVEN.exec(text.trim()) ?? [];
  const minutes = MINUTES[unit];
  const given =
    minutes === undefined
      ? { [unit.replace(/s?$/, 's')]: Number(digits) }
      : { minutes: Number(digits) * minutes };
  const { data } = budgetSchema.safeParse(given);
  if (data !== undefined) return data;
  throw new UserError(`"${text}" is no budget`, {
    where: '--budget',
    fix: 'For example --budget 30m, --budget 2h, --budget 200runs, --budget 5000epochs or --budget none.',
  });
}

const round = (value: number): number => Number(value.toPrecision(4));

/** `30 minutes or 200 runs`. */
export function budgetText({ minutes, epochs, runs, patience }: Budget): string {
  return [
    ...(minutes === undefined
      ? []
      : [minutes < 1 ? counted(round(minutes * 60), 'second') : counted(round(minutes), 'minute')]),
    ...(epochs === undefined ? [] : [counted(epochs, 'epoch')]),
    ...(runs === undefined ? [] : [counted(runs, 'run')]),
    ...(patience === undefined ? [] : [`${patience} configurations in a row without gain`]),
  ].join(' or ');
}

/** A spec with the budget that `--budget` says, if it says one. Throws UserError. */
export function withBudget<Spec extends { readonly budget: Budget | null }>(
  spec: Spec,
  given: string | undefined,
): Spec {
  return given === undefined ? spec : { ...spec, budget: parseBudget(given) };
}
