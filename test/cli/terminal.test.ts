import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barFormat } from '../../src/cli/terminal/progress-bar.js';
import { screenOf } from './screen.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** util-linux's `script` gives a command a terminal. */
const haveScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const scriptNote = haveScript ? '' : ' (skipped: no `script` of util-linux is here)';

interface Terminal {
  readonly columns: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Ctrl-C is pressed when this has been written. */
  readonly interruptAt?: RegExp;
}

/** Runs the command in a terminal; what it wrote, and how it ended. */
function inTerminal(
  line: string,
  { columns, env = {}, interruptAt }: Terminal,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const { NO_COLOR: _none, ...inherited } = process.env;
  const changes = Object.entries({ TERM: 'xterm', ...env }).map(([name, value]) => `${name}=${value}`);
  const command = `stty cols ${columns} rows 40; ${changes.join(' ')} "${process.execPath}" "${main}" ${line}`;
  const script = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env: inherited });
  let output = '';
  let isPressed = false;
  script.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (isPressed || interruptAt === undefined || !interruptAt.test(output)) return;
    isPressed = true;
    script.stdin.write('\u0003');
  });
  return new Promise((resolve) => {
    script.on('close', (code) => resolve({ output, code }));
  });
}

describe.skipIf(!haveScript)(`in a terminal${scriptNote}`, () => {
  let run = '';
  beforeAll(() => {
    writeFileSync(
      join(folder, 'spec.yaml'),
      'name: a-sweep-of-some-length\nparameters: {gamma: {values: [0, 2]}, alpha: {values: [1, {effective_number: 0.999}]}, learning_rate: {values: [0.01]}}\nseeds: 2\ndata: {source: "builtin:malware21", rows: 600}\nmodel: {hidden: [8]}\ntrain: {epochs: 2}\n',
    );
    expect(spawnSync(process.execPath, [main, 'launch', 'spec.yaml'], { cwd: folder }).status).toBe(0);
    const args = ['query', '--columns', 'run', '--limit', '1', '--format', 'csv'];
    const { stdout } = spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
    run = stdout.trim().split('\n')[1] ?? '';
  });

  it.each(['query', 'sweeps', 'plan spec.yaml', 'show RUN', 'report', 'data spec.yaml', 'doctor'])(
    '%s fits 80 columns',
    async (line) => {
      const { output, code } = await inTerminal(line.replace('RUN', run), { columns: 80 });
      expect(code, output).toBe(0);
      const plain = stripVTControlCharacters(output).split(/\r?\n/);
      expect(plain.filter((text) => [...text].length > 80)).toEqual([]);
      expect(plain.length).toBeGreaterThan(3);
    },
  );

  it('a ranking has bold rows, and none with NO_COLOR', async () => {
    const coloured = await inTerminal('report', { columns: 120 });
    expect(coloured.output).toContain('\n\u001b[1m1*');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await inTerminal('report', { columns: 120, env })).output).not.toContain('\u001b');
    }
  });

  it.each([
    [60, / 0\/120 runs/],
    [80, / [1-9]\d*\/120 runs/],
  ])('Ctrl-C leaves no bar behind at %d columns, pressed at%s', async (columns, interruptAt) => {
    const gammas = Array.from({ length: 40 }, (_, at) => at / 4).join(', ');
    writeFileSync(
      join(folder, 'long.yaml'),
      `name: long\nparameters: {gamma: {values: [${gammas}]}}\nseeds: 3\ndata: {source: "builtin:malware21", rows: 4000}\ntrain: {epochs: 200, patience: 0}\n`,
    );
    const line = `launch long.yaml --db long-${columns}.db`;
    const { output, code } = await inTerminal(line, { columns, interruptAt });
    expect(code, output).toBe(130);
    expect(output).toContain('best macro_f1 of one seed');
    const screen = screenOf(output, columns);
    expect(screen.text).toMatch(/Stopp(ing|ed)/);
    expect(screen.text).not.toMatch(/[░█]|runs ·/);
    expect(screen.isCursorShown).toBe(true);
  });

  it('--open says where no program opens pages', async () => {
    const env = { PATH: '/nowhere' };
    const { output, code } = await inTerminal('report --format html --open', { columns: 100, env });
    expect(code, output).toBe(0);
    expect(output).toContain('No browser could be started with xdg-open: open results/');
  });
});

it('--open outside of a terminal starts nothing and says so', () => {
  writeFileSync(
    join(folder, 'small.yaml'),
    'name: small\nparameters: {gamma: {value: 0}}\nseeds: 1\ndata: {source: "builtin:malware21", rows: 600}\nmodel: {hidden: [8]}\ntrain: {epochs: 1}\n',
  );
  const focalsweep = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args, '--db', 'small.db'], { cwd: folder, encoding: 'utf8' });
  const launched = focalsweep('launch', 'small.yaml');
  expect(launched.stderr).toContain('npx focalsweep report small --db small.db --format html --open\n');
  expect(launched.stderr).toContain('npx focalsweep suggest small --db small.db > next.yaml\n');
  const { status, stderr } = focalsweep('report', '--format', 'html', '--open');
  expect(status).toBe(0);
  expect(stderr).toContain('Not opened, because this is not a terminal: open results/small.html yourself.');
  const page = readFileSync(join(folder, 'results', 'small.html'), 'utf8');
  expect(page).toMatch(/npx focalsweep show \w{12} --db small\.db {3}#/);
  expect(focalsweep('show', 'best', '--log').stderr).toMatch(/`focalsweep show \w{8} --log --db small\.db`/);
  expect(focalsweep('report', 'smal').stderr).toContain('`focalsweep sweeps --db small.db` lists them');
});

describe('the bar', () => {
  it.each([40, 60, 80, 100, 200])('fits %d columns and says its metric before anything else', (columns) => {
    const { format, barsize } = barFormat('balanced_accuracy', 1000, columns);
    const values = { value: '1000', total: '1000', rate: '9999', left: '59 min', best: '0.123' };
    const line = format
      .replace('{bar}', '#'.repeat(barsize))
      .replace(/\{(\w+)\}/g, (_name, key: keyof typeof values) => values[key]);
    expect(line.length).toBeLessThan(columns);
    expect(line.includes('best balanced_accuracy of one seed 0.123')).toBe(columns >= 80);
    expect(barsize).toBeGreaterThan(3);
  });
});
