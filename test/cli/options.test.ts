import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCli } from '../../dist/cli/cli.js';
import { commandName } from '../../dist/cli/command.js';
import { COMMANDS } from '../../dist/cli/commands/commands.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function focalsweep(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

/** What a command gets to see of a command line. */
async function seen(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  let values = {};
  const watched = COMMANDS.map((command) => ({
    ...command,
    handler: async (given: object) => {
      values = given;
    },
  }));
  await createCli(args, watched).parseAsync();
  return values;
}

const ARGUMENTS: { readonly [command: string]: readonly string[] } = {
  init: ['table.csv'],
  rename: ['one', 'two'],
  merge: ['other.db'],
  copy: ['one.db', 'other.db'],
  delete: ['one'],
  launch: ['spec.yaml'],
  train: ['spec.yaml'],
  plan: ['spec.yaml'],
  data: ['spec.yaml'],
  compare: ['one', 'other'],
  predict: ['best', 'new.csv'],
  show: ['run'],
};

const OPTIONS = COMMANDS.flatMap((command) =>
  Object.entries(command.options).map(([option, { type, choices, number, repeats }]) => {
    const base = { line: [commandName(command), ...(ARGUMENTS[commandName(command)] ?? [])], option };
    if (type === 'boolean')
      return { ...base, values: ['true', 'false'], last: false, nonsense: ['maybe', ''] };
    if (choices !== undefined)
      return { ...base, values: choices.slice(0, 2), last: choices[1], nonsense: ['word', ''] };
    if (repeats === true)
      return { ...base, values: ['first', 'last'], last: ['first', 'last'], nonsense: [''] };
    if (number === undefined) return { ...base, values: ['first', 'last'], last: 'last', nonsense: [''] };
    const nonsense = ['word', '', '0x10', '1e3', 'NaN', '-1', 'Infinity', ' '];
    return { ...base, values: ['word', `${number.example}`], last: number.example, nonsense };
  }),
);

describe.each(OPTIONS.map((option) => ({ ...option, name: `${option.line[0]} --${option.option}` })))(
  '$name',
  ({ line, option, values, last, nonsense }) => {
    it('given twice: the last one counts, or both of one that repeats', async () => {
      const given = await seen(...line, ...values.map((value) => `--${option}=${value}`));
      expect(given[option]).toEqual(last);
      const camelCase = option.replace(/-(.)/, (_dash, letter: string) => letter.toUpperCase());
      expect(given[camelCase]).toEqual(last);
    });

    it.each(nonsense)('refuses "%s" in one clear line', async (text) => {
      await expect(seen(...line, `--${option}=${text}`)).rejects.toMatchObject({
        name: 'UserError',
        exitCode: 2,
        message: expect.stringMatching(new RegExp(`^--${option} [^\\n]+$`)),
        fix: expect.stringMatching(/^[^\n]+$/),
      });
    });
  },
);

describe.each(COMMANDS.filter(({ usage }) => /[<[]/.test(usage)).map(commandName))('%s', (command) => {
  it('refuses an empty argument', async () => {
    const others = (ARGUMENTS[command] ?? []).slice(1);
    await expect(seen(command, '', ...others)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^<\w+> is empty$/),
    });
  });
});

describe('the command line', () => {
  beforeAll(() => {
    writeFileSync(
      join(folder, 'spec.yaml'),
      'name: tiny\nparameters: {gamma: {values: [0, 1, 2]}}\nseeds: 1\ndata: {source: "builtin:malware21", rows: 600}\nmodel: {hidden: [8]}\ntrain: {epochs: 1}\n',
    );
    const { status, stderr } = focalsweep('launch', 'spec.yaml');
    expect(status, stderr).toBe(0);
  });

  it.each([
    ['help launch', /^focalsweep launch <spec>[\s\S]*--stall-timeout/],
    ['help', /Commands:/],
    ['version', /^\d+\.\d+\.\d+\n$/],
    ['report --top all', /\n3/],
    ['report --top 1', /2 more configurations: --top all/],
    ['launch spec.yaml --top 2', /1 more configuration: --top all/],
    ['report --format md --format csv', /^rank,/],
    ['report --db nowhere.db --db results/focalsweep.db', /tiny/],
    ['query --columns nothing --columns gamma --format csv', /^gamma\n/],
  ])('focalsweep %s', (line, output) => {
    const { status, stdout, stderr } = focalsweep(...line.split(' '));
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(output);
  });

  it.each([
    ['help nonsense', 2, /there is no command "nonsense"/],
    ['nonsense', 2, /there is no command "nonsense"/],
    ['query tiny --sql select', 2, /--sql queries the whole database.*\n.*where sweep = 'tiny'/],
    ['query --sql select --limit 3', 2, /--sql and --limit cannot be combined/],
    ['report --confirm --out x.txt', 2, /--confirm prints one sentence, and --out is for whole reports/],
    ['report -top 3', 2, /Did you mean "--top"/],
    ['report -x', 2, /does not take "x"\.\n/],
    ['report --no-db', 2, /--db takes a value/],
    ['report --db.x 3', 2, /does not take "db\.x"/],
    ['report --threads 3', 2, /does not take "threads"/],
    ['plan spec.yaml --threads 3', 2, /Did you mean "workers"/],
    ['report tiny tiny', 2, /does not take "tiny" in addition to its other arguments/],
    ['report --sweep tiny --sweep other', 2, /<sweep> is given 2 times/],
    ['report tiny --sweep other', 2, /<sweep> is given 2 times: tiny, other/],
    ['report --format tabel', 2, /one of table, html, md, json, csv; "tabel" is not\. Did you mean "table"/],
    ['report --top', 2, /--top needs a value/],
    ['launch spec.yaml --workers 2000', 2, /--workers must be a whole number from 1 to 1024/],
    ['launch spec.yaml --engine abacus', 2, /abacus/],
    ['report --db nowhere.db', 4, /nowhere\.db/],
    ['data none.yaml', 2, /none\.yaml/],
  ])('focalsweep %s is refused in one clear line', (line, code, message) => {
    const { status, stdout, stderr } = focalsweep(...line.split(' '));
    expect(status).toBe(code);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: \S.*\n( {2}fix: \S.*\n)?$/);
    expect(stdout).toBe('');
  });
});

describe('numbers agree with their nouns', () => {
  it('wherever one run of one configuration is spoken of', () => {
    writeFileSync(
      join(folder, 'one.yaml'),
      'name: one\nparameters: {gamma: {value: 0}, alpha: {value: 1}}\nseeds: 1\ndata: {source: "builtin:malware21", rows: 600}\nmodel: {hidden: [8]}\ntrain: {epochs: 1}\n',
    );
    const lines = [
      'launch one.yaml',
      'launch one.yaml',
      'plan one.yaml --workers 1',
      'report',
      'report --format md',
      'suggest',
      'check',
      'data one.yaml',
    ];
    const outcomes = lines.map((line) =>
      focalsweep(...line.split(' '), ...(line.startsWith('data') ? [] : ['--db', 'one.db'])),
    );
    const text = outcomes.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(text).toContain('1 configuration × 1 seed = 1 run,');
    expect(text).toContain('1 of 1 run finished, 1 configuration');
    const plurals =
      /(?<![\w.,–-])1 (?!of )(?:\w+ )?(?:seeds|runs|rows|configurations|epochs|workers|results|classes|features|values|columns|lie|have|are)\b/g;
    expect(text.match(plurals)).toBeNull();
  });
});
