import { UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { isSupervised } from '../supervision/supervision.js';
import { superviseTraining, trainingOptions } from '../supervision/training-command.js';
import { note } from '../terminal/print.js';
import { type ResumeArgs, recordedLaunch } from './resume.js';

/** `focalsweep retry`. */
export const retryCommand: Command = {
  usage: 'retry [sweep]',
  describe: 'Train failed runs of a sweep again',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: {
    failed: { type: 'boolean', default: false, describe: 'Every run that failed and was given up' },
    ...trainingOptions,
    db: dbOption,
  },
  async handler(args: ResumeArgs & { readonly failed: boolean }): Promise<void> {
    if (!args.failed) {
      throw new UserError('which runs?', { where: 'retry', fix: 'Add --failed for all that failed.' });
    }
    if (!isSupervised()) await letFailedRunsWait(args);
    await superviseTraining(() => recordedLaunch(args), args);
  },
};

async function letFailedRunsWait({ db, sweep }: ResumeArgs): Promise<void> {
  const { openStore } = await import('../../store/open-store.js');
  const reader = await openStore(db).reader();
  const { name } = await reader.sweep(sweep);
  await reader.close();
  const keeper = await openStore(db).keeper(note);
  try {
    const count = await keeper.retryFailed(name);
    note(`${counted(count, 'failed run')} of ${name} to try again.`);
  } finally {
    await keeper.close();
  }
}
