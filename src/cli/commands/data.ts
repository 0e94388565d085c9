import type { Command } from '../command.js';

/** `focalsweep data`. */
export const dataCommand: Command = {
  usage: 'data <spec>',
  describe: 'Show the table of a spec: columns, classes per split, rare classes, smallest visible difference',
  positionals: {
    spec: { type: 'string', demandOption: true, describe: 'The sweep spec, a YAML file' },
  },
  options: {
    format: {
      choices: ['table', 'json'] as const,
      default: 'table',
      describe: 'Output format',
    },
  },
  async handler(args: { spec: string; format: 'table' | 'json' }): Promise<void> {
    const [
      { dirname },
      { readSpec },
      { locate },
      { loadDataset },
      { dataSections, dataJson },
      { print },
      { printSections },
    ] = await Promise.all([
      import('node:path'),
      import('../../spec/parse-spec.js'),
      import('../../spec/locate.js'),
      import('../../data/load-dataset.js'),
      import('../../views/sections/data-sections.js'),
      import('../terminal/print.js'),
      import('../terminal/print-tables.js'),
    ]);
    const spec = readSpec(args.spec);
    const dataset = await loadDataset(spec.data, dirname(args.spec), (path) => locate(spec, path));
    if (args.format === 'json') print(JSON.stringify(dataJson(dataset), null, 2));
    else await printSections(dataSections(dataset), 'table');
  },
};
