import { FORMATS, type FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { printView } from '../terminal/print-view.js';

/** `focalsweep data`. */
export const dataCommand: Command = {
  usage: 'data <spec>',
  describe: 'Show the table of a spec: columns, classes per split, rare classes, smallest visible difference',
  positionals: {
    spec: { type: 'string', demandOption: true, describe: 'The sweep spec, a YAML file' },
  },
  options: {
    format: {
      choices: FORMATS.data,
      default: 'table',
      describe: 'Output format',
    },
  },
  async handler(args: { spec: string; format: FormatOf<'data'> }): Promise<void> {
    const [{ dirname }, { readSpec }, { locate }, { loadDataset }, { dataReport }] = await Promise.all([
      import('node:path'),
      import('../../spec/parse-spec.js'),
      import('../../spec/locate.js'),
      import('../../data/load-dataset.js'),
      import('../../analysis/data/data-summary.js'),
    ]);
    const spec = readSpec(args.spec);
    const dataset = await loadDataset(spec.data, dirname(args.spec), (path) => locate(spec, path));
    await printView('data', dataReport(dataset), { format: args.format });
  },
};
