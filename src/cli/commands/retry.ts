import { UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { isSupervised } from '../supervision/supervision.js';
import { superviseTraining, trainingOptions } from '../supervision/training-command.js';
import { note } from '../terminal/print.js';
import { type ResumeArgs, recordedLaunch, recordedSpec } from './resume.js';

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

async function letFailedRunsWait(args: ResumeArgs): Promise<void> {
  const { openStore } = await import('../../store/open-store.js');
  const { name, stop } = await recordedSpec(args);
  const keeper = await openStore(args.db).keeper(note);
  try {
    const count = await keeper.retryFailed(name);
    note(`${counted(count, 'failed run')} of ${name} to try again.`);
    if (count > 0 && stop.type !== 'none') note('What its search has decided without them is decided anew.');
  } finally {
    await keeper.close();
  }
}
