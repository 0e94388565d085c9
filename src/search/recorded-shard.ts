import { type Shard, shardText } from '../spec/settings/shard.js';

/** How the shards of a sweep are recorded, beside the decisions of searches, whose names are ids. */
export const SHARD_DECISIONS = 'shards';

/** That a database has what a launch of a shard trained; a launch of the whole is shard 1 of 1. */
export interface RecordedShard extends Shard {
  readonly type: 'shard';
}

/** A step of its own for every shard, so that databases of several shards can be merged. */
export function stepOfShard({ index, count }: Shard): number {
  return (count * (count - 1)) / 2 + index - 1;
}

/** The shards of which decisions tell. */
export function shardsIn(decisions: readonly { readonly decision: unknown }[]): readonly RecordedShard[] {
  return decisions.map(({ decision }) => decision as RecordedShard);
}

/** `Only the shards 1/3 and 2/3 are here …`; undefined where all are, or none. */
export function missingShardsText(recorded: readonly Shard[]): string | undefined {
  const counts = [...new Set(recorded.map(({ count }) => count))];
  const [count] = counts;
  if (count === undefined || counts.length > 1 || recorded.length >= count) return undefined;
  const here = recorded.map(shardText);
  const list =
    here.length === 1
      ? `Only shard ${here[0]} is`
      : `Only the shards ${here.slice(0, -1).join(', ')} and ${here.at(-1)} are`;
  return `${list} here: the other runs are in files of their own, which \`focalsweep merge\` adds.`;
}
