import type { LaunchOutcome } from '../../../run/run-sweep.js';
import { shardText } from '../../../spec/settings/shard.js';
import { counted } from '../../../wording/counted.js';
import { DEFAULT_DB, dbWords } from '../../../wording/db-words.js';
import { shellWord } from '../../../wording/shell-word.js';
import { type ReadLaunch, shardFile } from '../spec-to-launch.js';
import type { StopCause } from '../supervision.js';

/** What was launched, and where. */
type Launched = ReadLaunch & { readonly db: string };

/** What is left of a launch that was stopped, and how to go on. */
export function stoppedText(
  cause: StopCause | 'focalsweep stop',
  { runs, alreadyComplete, complete, failed, pruned }: LaunchOutcome,
  launched: Launched,
): string {
  const left = runs - alreadyComplete - complete - failed - pruned;
  const by = cause === 'deadline' ? 'at the deadline' : `by ${cause}`;
  const leftText = `${counted(left, 'run')} ${left === 1 ? 'is' : 'are'} left`;
  return `Stopped ${by}. Finished runs are recorded, ${leftText}; continue with: ${commandOf(launched)}`;
}

function commandOf({ spec, shard, db }: Launched): string {
  const usual = shard === undefined ? DEFAULT_DB : shardFile(spec.name, shard);
  const part = shard === undefined ? '' : ` --shard ${shardText(shard)}`;
  return `focalsweep launch ${shellWord(spec.file)}${part}${dbWords(db, usual)}`;
}
