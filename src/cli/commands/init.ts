import type { Command } from '../command.js';

export interface InitArgs {
  readonly tables: readonly string[];
  readonly label?: string;
  readonly out?: string;
  readonly force: boolean;
}

/** `focalsweep init`. */
export const initCommand: Command = {
  usage: 'init <tables..>',
  describe: 'Look at a table and write a first spec for it, with the reason for every choice',
  positionals: {
    tables: {
      type: 'string',
      array: true,
      demandOption: true,
      describe:
        'CSV, TSV, text (each also .gz) or Parquet files of one table; files named train, validation and test are its splits',
    },
  },
  options: {
    label: { type: 'string', describe: 'The class column; by default the likeliest by name and values' },
    out: { type: 'string', describe: 'The spec to write; <table>.yaml by default' },
    force: { type: 'boolean', default: false, describe: 'Write over a spec that is there already' },
  },
  async handler(args: InitArgs): Promise<void> {
    const { initTable } = await import('../init/init-table.js');
    await initTable(args);
  },
};
