import { type RecordedShard, SHARD_DECISIONS, stepOfShard } from '../../search/recorded-shard.js';
import type { Shard } from '../../spec/settings/shard.js';
import type { SweepWriter } from '../../store/store.js';

const WHOLE: Shard = { index: 1, count: 1 };

/** Records which shard is trained; of whole launches only those that follow one of a shard. */
export async function recordShard(
  writer: SweepWriter,
  sweep: string,
  shard: Shard | undefined,
): Promise<void> {
  const isWhole = shard === undefined;
  if (isWhole && (await writer.decisions(sweep, SHARD_DECISIONS)).length === 0) return;
  const decision: RecordedShard = { type: 'shard', ...(shard ?? WHOLE) };
  await writer.record([
    { type: 'decision', sweep, search: SHARD_DECISIONS, step: stepOfShard(decision), decision },
  ]);
}
