import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../dist/cli/cli.js';
import { commandName } from '../../dist/cli/command.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const caseFolder = fileURLToPath(new URL('../../../shared/cases/13-report-top/', import.meta.url));
const haveCase = existsSync(caseFolder);
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function focalsweep(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
  });
}

beforeAll(() => {
  writeFileSync(
    join(folder, 'spec.yaml'),
    'name: tiny\nparameters: {gamma: {values: [0, 1, 2]}}\nseeds: 1\ndata: {source: "builtin:malware21", rows: 600}\nmodel: {hidden: [8]}\ntrain: {epochs: 1}\n',
  );
  const launched = spawnSync(process.execPath, [main, 'launch', 'spec.yaml'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(launched.status, launched.stderr).toBe(0);
});

/** What a refusal looks like: one line that says what, and one that says what to do. */
const ONE_CLEAR_LINE = /^error: \S.*\n( {2}fix: \S.*\n)?$/;

const POSITIONALS: { readonly [command: string]: readonly string[] } = {
  launch: ['spec.yaml'],
  plan: ['spec.yaml'],
  data: ['spec.yaml'],
  compare: ['tiny', 'tiny'],
  show: ['none'],
  retry: ['--failed'],
};

/** A value that each option takes, and one that it does not; texts that can be anything have none. */
const VALUES: { readonly [option: string]: readonly [good: string, nonsense?: string] } = {
  db: ['results/focalsweep.db', 'nowhere.db'],
  engine: ['auto', 'abacus'],
  where: ['gamma >= 2', 'gamma => 2'],
  sort: ['-macro_f1', 'nothing'],
  columns: ['run', 'nothing'],
  sql: ['select 1 as one', 'selct'],
  out: ['out.md'],
};

const OPTIONS = COMMANDS.flatMap((command) =>
  Object.entries(command.options).map(([option, { type, choices, number }]) => {
    const isFlag = type === 'boolean';
    const [good, nonsense] =
      number !== undefined
        ? [String(number.example), 'nonsense']
        : choices !== undefined
          ? [String(choices[0]), 'nonsense']
          : (VALUES[option] ?? ['']);
    return { command: commandName(command), option, isFlag, isNumber: number !== undefined, good, nonsense };
  }),
);

describe.each(OPTIONS)('$command --$option', ({ command, option, isFlag, isNumber, good, nonsense }) => {
  const given = (...texts: readonly string[]): Promise<Outcome> =>
    focalsweep(
      command,
      ...(POSITIONALS[command] ?? []),
      ...texts.map((text) => (isFlag && text === '' ? `--${option}` : `--${option}=${text}`)),
    );

  it.concurrent('given twice: the last one counts', async () => {
    const [once, twice] = await Promise.all([
      given(isFlag ? 'true' : good),
      isFlag
        ? given('false', 'true')
        : given(nonsense === 'nonsense' && !isNumber ? good : (nonsense ?? 'x'), good),
    ]);
    expect(twice.code, twice.stderr).toBe(once.code);
    expect(steady(twice.stdout)).toBe(steady(once.stdout));
    if (once.code !== 0) expect(twice.stderr).toMatch(ONE_CLEAR_LINE);
  });

  it.concurrent('given empty or as nonsense: one clear line', async () => {
    const refused = [
      ...(isFlag ? ['maybe'] : ['']),
      ...(nonsense === undefined ? [] : [nonsense]),
      ...(isNumber ? ['0x10', '1e3', 'NaN', '-1', 'Infinity'] : []),
    ];
    const outcomes = await Promise.all(refused.map((text) => given(text)));
    for (const [at, { code, stderr, stdout }] of outcomes.entries()) {
      expect([2, 4], `${refused[at]}: ${stderr}`).toContain(code);
      expect(stderr.replace(/\n {2}.*\n {2} *\^/, '')).toMatch(ONE_CLEAR_LINE);
      expect(stderr).not.toMatch(/undefined|\[object/);
      expect(stdout).toBe('');
    }
  });
});

/** Without measured speeds and times. */
function steady(text: string): string {
  return text.replace(/about .*$/m, '').replace(/\d+\.\d+ s/g, '');
}

describe('the command line', () => {
  it.each([
    ['help launch', 0, /focalsweep launch <spec>[^]*--stall-timeout/],
    ['help', 0, /Commands:/],
    ['version', 0, /^\d+\.\d+\.\d+\n$/],
    ['report --top all', 0, /\n3 /],
    ['report --top 1', 0, /1 more configuration: --top all/],
    ['launch spec.yaml --top 1', 0, /1 more configuration: --top all/],
  ])('focalsweep %s', async (line, code, output) => {
    const outcome = await focalsweep(...line.split(' '));
    expect(outcome.code, outcome.stderr).toBe(code);
    expect(outcome.stdout).toMatch(output);
  });

  it.each([
    ['help nonsense', /there is no command "nonsense"/],
    ['query tiny --sql select', /--sql asks the whole database.*\n.*where sweep = 'tiny'/],
    ['query --sql select --limit 3', /--sql and --limit do not go together/],
    ['report -top 3', /Did you mean "--top"/],
    ['report --no-db', /--db takes a value/],
    ['report --db.x 3', /does not take "db\.x"/],
    ['report tiny tiny', /does not take "tiny" beside what is there already/],
    ['report --format tabel', /one of table, html, md, json, csv; "tabel" is not\. Did you mean "table"/],
    ['report --top', /--top needs a value/],
    ['plan spec.yaml --workers 2000', /--workers must be a whole number from 1 to 1024/],
  ])('focalsweep %s is refused in one clear line', async (line, message) => {
    const { code, stderr } = await focalsweep(...line.split(' '));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(ONE_CLEAR_LINE);
  });

  it.each(['report', 'fingerprint', 'stop'])('%s with an empty name is refused', async (command) => {
    const { code, stderr } = await focalsweep(command, '');
    expect(code).toBe(2);
    expect(stderr).toMatch(/<sweep> is empty/);
  });
});

describe('numbers agree with their nouns', () => {
  it('wherever one run of one configuration is spoken of', async () => {
    const spec =
      'name: one\nparameters: {gamma: {value: 0}}\nseeds: 1\ndata: {source: "builtin:malware21", rows: 600}\nmodel: {hidden: [8]}\ntrain: {epochs: 1}\n';
    writeFileSync(join(folder, 'one.yaml'), spec);
    const at = ['--db', 'one.db'];
    const outcomes = [
      await focalsweep('launch', 'one.yaml', ...at),
      await focalsweep('launch', 'one.yaml', ...at),
      await focalsweep('plan', 'one.yaml', '--workers', '1', ...at),
      await focalsweep('report', ...at),
      await focalsweep('report', '--format', 'md', ...at),
      await focalsweep('suggest', ...at),
      await focalsweep('check', ...at),
      await focalsweep('data', 'one.yaml'),
    ];
    const text = outcomes.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(text).toContain('1 configuration × 1 seed = 1 run,');
    expect(text).toContain('1 of 1 run finished, 1 configuration');
    const plurals =
      /(?<![\d.,–-])1 (\w+ )?(seeds|runs|rows|configurations|epochs|workers|results|classes|features|values|columns)\b/g;
    expect(text.match(plurals)).toBeNull();
  });
});

describe(`case 13${haveCase ? '' : ' (skipped: ../shared/cases is absent)'}`, () => {
  it.skipIf(!haveCase)('report refuses a --top that is no whole number of 1 or more', async () => {
    cpSync(caseFolder, join(folder, 'case'), { recursive: true });
    const at = ['--db', 'case.db'];
    expect((await focalsweep('launch', 'case/s.yaml', '--workers', '1', ...at)).code).toBe(0);
    for (const top of ['0', '-1', 'abc']) {
      const { code, stderr } = await focalsweep('report', 'top', '--top', top, ...at);
      expect(code).toBe(2);
      expect(stderr).toContain('--top must be a whole number of 1 or more');
    }
  });
});
