import { FORMATS } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, engineOption, workersOption } from '../options/options.js';
import type { TrainOneArgs } from '../supervision/train-session.js';
import { supervised } from '../supervision/training-command.js';

/** `focalsweep train`. */
export const trainCommand: Command = {
  usage: 'train <spec>',
  describe: 'Train one configuration of a spec, show its epochs and results, and write its model',
  positionals: {
    spec: { type: 'string', demandOption: true, describe: 'The sweep spec, a YAML file' },
  },
  options: {
    set: {
      type: 'string',
      repeats: true,
      describe:
        'A setting, such as gamma=2, in place of an axis or a constant of the spec; give it once for each setting, and space=… chooses a space',
    },
    seed: {
      number: { whole: true, least: 0, most: 4_294_967_295, example: 1 },
      defaultDescription: 'the first of the spec; with --all-rows all of them',
      describe: 'The seed',
    },
    'all-rows': {
      type: 'boolean',
      default: false,
      describe:
        'Train on training and validation rows together, for the median best epoch of the seeds; without settings, the configuration that the recorded sweep chose for its first aim without constraints',
    },
    out: { type: 'string', describe: 'Model file to write, which `predict` reads' },
    force: { type: 'boolean', default: false, describe: 'Write over a file that is there already' },
    workers: workersOption,
    engine: engineOption,
    format: { choices: FORMATS.trained, default: 'table', describe: 'Output format' },
    db: dbOption,
  },
  async handler(args: TrainOneArgs): Promise<void> {
    await supervised(async () => {
      const [{ withSession }, { trainSeed }, { trainAllRows }] = await Promise.all([
        import('../supervision/train-session.js'),
        import('../supervision/train-one.js'),
        import('../supervision/train-all-rows.js'),
      ]);
      await withSession(args, args.allRows ? trainAllRows : trainSeed);
    });
  },
};
