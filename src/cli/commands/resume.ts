import { basename, join } from 'node:path';
import { UserError } from '../../errors.js';
import { ofRecordedSweep } from '../../run/prepare/earlier-launch.js';
import { SHARD_DECISIONS, shardsIn } from '../../search/recorded-shard.js';
import { shardText } from '../../spec/settings/shard.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import { dbWords } from '../../wording/db-words.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import type { ReadLaunch } from '../supervision/spec-to-launch.js';
import type { TrainArgs } from '../supervision/train-sweep.js';
import { superviseTraining, trainingOptions } from '../supervision/training-command.js';
import { noteWarnings } from '../terminal/print.js';

export interface ResumeArgs extends TrainArgs {
  readonly sweep?: string;
}

/** `focalsweep resume`. */
export const resumeCommand: Command = {
  usage: 'resume [sweep]',
  describe: 'Continue a sweep as it was last launched',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: { ...trainingOptions, db: dbOption },
  async handler(args: ResumeArgs): Promise<void> {
    await superviseTraining(() => recordedLaunch(args), args);
  },
};

/** A sweep as it was last launched: a file that has one shard of it alone goes on with that. */
export async function recordedLaunch(args: Pick<ResumeArgs, 'db' | 'sweep'>): Promise<ReadLaunch> {
  const spec = await recordedSpec(args);
  const shards = await ofRecordedSweep(args.db, spec.name, async ({ name }, reader) =>
    shardsIn(await reader.decisions(name, SHARD_DECISIONS)),
  );
  const [shard, ...others] = shards ?? [];
  if (shard === undefined || others.length > 0) return { spec };
  noteWarnings([
    `only shard ${shardText(shard)} is trained here; launch the spec with --db ${args.db} to train the whole sweep`,
  ]);
  return { spec, shard };
}

/** A recorded sweep, and where its relative paths start: by default in the folder of its spec. */
interface RecordedSweep extends Pick<ResumeArgs, 'db' | 'sweep'> {
  readonly folder?: string | undefined;
}

/** A sweep's spec as the database keeps it. */
export async function recordedSpec({ db, sweep, folder }: RecordedSweep): Promise<SweepSpec> {
  const [{ parseSpec }, { openStore }] = await Promise.all([
    import('../../spec/parse-spec.js'),
    import('../../store/open-store.js'),
  ]);
  const reader = await openStore(db).reader();
  try {
    const { name, specText, specFile } = await reader.sweep(sweep);
    if (specFile !== null) {
      return parseSpec(specText, folder === undefined ? specFile : join(folder, basename(specFile)));
    }
    throw new UserError(
      `the database does not say where the spec of "${name}" is: an older version launched it`,
      {
        where: db,
        fix: `Launch the spec: focalsweep launch <spec>${dbWords(db)}`,
      },
    );
  } finally {
    await reader.close();
  }
}
