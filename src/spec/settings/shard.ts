import { UserError } from '../../errors.js';
import { withCommas } from '../../wording/numbers.js';

/** One of the parts of a sweep that are trained without knowing of each other. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** A sweep in more parts than this would be one of empty parts. */
const MOST_SHARDS = 100_000;

/** Whether there is such a shard. */
export function isShard({ index, count }: Shard): boolean {
  return [index, count].every(Number.isInteger) && index >= 1 && index <= count && count <= MOST_SHARDS;
}

/** The shard that `i/n` names; `where` says who wrote it. Throws UserError. */
export function parseShard(text: string, where = `--shard ${text}`): Shard {
  const [, first = '', last = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [index, count] = [Number(first), Number(last)];
  if (first !== '' && isShard({ index, count })) return { index, count };
  const fix = 'Write which of how many, counted from 1: --shard 2/3, or --shard auto in an array of jobs.';
  if (first === '') throw new UserError(`"${text}" is no shard`, { where, fix });
  if (count > MOST_SHARDS) {
    throw new UserError(`a sweep has at most ${withCommas(MOST_SHARDS)} shards`, { where, fix });
  }
  throw new UserError(
    count === 0 ? 'a sweep has at least one shard' : `there is no shard ${index} of ${count}`,
    { where, fix },
  );
}

/** `2/3`. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}
