import { type Shard, shardText } from '../../../spec/settings/shard.js';
import { counted } from '../../../wording/counted.js';
import { shellWord } from '../../../wording/shell-word.js';
import { note, print } from '../../terminal/print.js';
import { shardFile } from '../spec-to-launch.js';

/** A shard that has been trained. */
export interface TrainedShard {
  readonly db: string;
  readonly sweep: string;
  readonly shard: Shard;
  /** Runs of the shard, and how many of them have a result. */
  readonly runs: number;
  readonly complete: number;
}

/** Ends the launch of a shard: only the whole sweep can be ranked. */
export function printShard({ db, sweep, shard, runs, complete }: TrainedShard): void {
  print(`${sweep}, shard ${shardText(shard)}: ${complete} of ${counted(runs, 'run')} finished, in ${db}`);
  const isUsual = db === shardFile(sweep, shard);
  const files = shardFile(sweep, { ...shard, index: '*' })
    .split('*')
    .map(shellWord)
    .join('*');
  const all = isUsual ? files : '<the files of all shards>';
  note(
    [
      'Next, when all shards are done:',
      `  npx focalsweep merge ${all}`,
      `  npx focalsweep report ${shellWord(sweep)}`,
    ].join('\n'),
  );
}
