// Every command and spec that the README and docs/ show, run as it stands.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandName } from '../../dist/cli/command.js';
import { COMMANDS } from '../../dist/cli/commands/commands.js';
import { randomStream } from '../../src/random.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { loadTrainer } from '../../src/train/load-trainer.js';
import { blocks, inlineCode, PAGES, type Page, README, ROOT, typedLines } from './shown.js';

const CLASSES = { benign: 220, Emotet: 70, Dridex: 40, Ramnit: 20, Cobalt: 12 };

/** The table that the specs are written for: a row per flow, its family last. */
function flowsTable(): string {
  const draw = randomStream(7, 'synthetic');
  const rows = Object.entries(CLASSES).flatMap(([family, count], label) =>
    Array.from({ length: count }, () => {
      const numbers = [0, 1, 2].map((at) => (label * (at + 1) + 4 * draw.uniform()).toFixed(4));
      return [...numbers, draw.uniform() < 0.5 ? 'tcp' : 'udp', family];
    }),
  );
  return [
    'flow_id,bytes,packets,seconds,protocol,family',
    ...rows.map((row, at) => [at, ...row].join()),
  ].join('\n');
}

/** A folder of somebody who cloned the project, with the command and a table of their own. */
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-shown-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
symlinkSync(join(ROOT, 'dist/bundle/main.js'), join(folder, 'node_modules/.bin/focalsweep'));
symlinkSync(ROOT, join(folder, 'node_modules/focalsweep'));
cpSync(join(ROOT, 'sweeps'), join(folder, 'sweeps'), { recursive: true });
writeFileSync(join(folder, 'flows.csv'), flowsTable());
writeFileSync(join(folder, 'flows.yaml'), blocks(README, 'yaml')[0] ?? '');
const payments = spawnSync('node', [join(ROOT, 'docs/examples/payments.mjs'), '6000'], { encoding: 'utf8' });
writeFileSync(join(folder, 'payments.csv'), payments.stdout);
const flows = spawnSync('node', [join(ROOT, 'docs/examples/new-flows.mjs'), '3'], { encoding: 'utf8' });
writeFileSync(join(folder, 'new.csv'), flows.stdout);
const hosts = spawnSync('node', [join(ROOT, 'docs/examples/hosts.mjs'), '80', '40'], { encoding: 'utf8' });
writeFileSync(join(folder, 'hosts.csv'), hosts.stdout);
/** Writes the specs of a page as it shows them, under their names: two pages may have one of the same name. */
function writeSpecs(page: Page): void {
  for (const text of blocks(page, 'yaml')) writeFileSync(join(folder, `${parseSpec(text).name}.yaml`), text);
}
const specText = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8');
const specNames = PAGES.flatMap((page) => blocks(page, 'yaml')).map((text) => parseSpec(text).name);
const isOfTwoPages = (name: string) => specNames.indexOf(name) < specNames.lastIndexOf(name);
for (const page of PAGES.filter((each) => each !== README)) writeSpecs(page);
for (const script of PAGES.flatMap((page) => blocks(page, 'python'))) {
  const [, name] = /^# (\w+\.py)\n/.exec(script) ?? [];
  if (name !== undefined) writeFileSync(join(folder, name), script);
}

/** Runs a line as a shell does, but for npx, whose start takes longer than most commands; what it said where it failed, '' otherwise. */
function failure(line: string): string {
  const command = line.replaceAll('npx focalsweep', 'node_modules/.bin/focalsweep');
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, shell: true, encoding: 'utf8' });
  return status === 0 ? '' : `exit ${status}: ${stderr || stdout}`;
}

const { id: engine } = await loadTrainer('auto');
/** Ids hold for the engine that the pages were written with. */
const IDS_OF = 'native/addon@3';
const isRunnable = (line: string) => engine === IDS_OF || !/ [0-9a-f]{8}\b/.test(line);
const hasPython = spawnSync('python3', ['--version']).status === 0;
/** Whether the commands and specs of a page can run here. */
const canRun = (page: string) => hasPython || page !== 'docs/own-trainer.md';

describe('README.md', () => {
  it('runs a command by npx', () => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    expect(spawnSync('npx', ['focalsweep', '--version'], options).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('shows a spec of a table of one’s own, and commands for it', () => {
    expect(blocks(README, 'yaml')).toHaveLength(1);
    expect(typedLines(README).join()).toMatch(/data flows\.yaml.*launch flows\.yaml/);
  });
});

// The README first: its sweeps are what the other pages ask for.
const typed = PAGES.flatMap((page) =>
  typedLines(page)
    .filter((line) => line.startsWith('npx '))
    .map((line) => [page.name, line] as const),
);

describe.each(typed)('%s: %s', (name, line) => {
  const can = isRunnable(line) && canRun(name);
  it.skipIf(!can)(`runs as shown (skipped where the engine is not ${IDS_OF}, or python3 is missing)`, () => {
    expect(failure(line)).toBe('');
  });
});

describe('focalsweep suggest', () => {
  it('gives a next spec as the README shows it, which can be planned', () => {
    expect(failure('npx focalsweep plan next.yaml')).toBe('');
  });
});

describe.each(PAGES.map((page) => [page.name, page] as const))('%s', (pageName, page) => {
  const specs = page === README ? [] : blocks(page, 'yaml').map((text) => parseSpec(text).name);
  const commands = inlineCode(page).filter((code) => /^(npx )?focalsweep \w/.test(code));
  const scripts = [...inlineCode(page), ...typedLines(page)].filter((code) => /^(npm|node) /.test(code));

  it.skipIf(!canRun(pageName)).each(specs)('has a spec %s that launches, reports and suggests', (name) => {
    writeSpecs(page);
    const db = isOfTwoPages(name) ? ` --db results/of-${basename(pageName)}.db` : '';
    // A part of a long sweep says as much of the spec.
    const launch = `launch ${name}.yaml${db}${/^(budget|stop):/m.test(specText(name)) ? '' : ' --budget 20runs'}`;
    for (const line of [`plan ${name}.yaml${db}`, launch, `report ${name}${db}`]) {
      expect(failure(`npx focalsweep ${line}`)).toBe('');
    }
    const next = `npx focalsweep suggest ${name}${db} > next-${name}.yaml && npx focalsweep plan next-${name}.yaml${db}`;
    expect(failure(next)).toMatch(/^$|^exit 2: error: the results of \S+ suggest no further sweep/);
  });

  it('names only files that exist', () => {
    const paths = inlineCode(page).filter((code) =>
      /^(src|test|bench|scripts|docs|sweeps)\/[\w./-]+$/.test(code),
    );
    const links = [...page.text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
      join(dirname(page.name), path ?? ''),
    );
    expect([...paths, ...links].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it.runIf(commands.length > 0)('speaks of commands and options that there are', () => {
    const unknown = commands.filter((code) => {
      const [, name = '', rest = ''] = /focalsweep (\w+)(.*)/.exec(code) ?? [];
      const command = COMMANDS.find((each) => commandName(each) === name);
      const options = [...rest.matchAll(/--([a-z-]+)/g)].map(([, option]) => option ?? '');
      return command === undefined || options.some((option) => !(option in command.options));
    });
    expect(unknown).toEqual([]);
  });

  it.runIf(scripts.length > 0)('speaks of scripts that there are', () => {
    const known = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const unknown = scripts.filter((code) => {
      const [program, first = '', second = ''] = code.split(' ');
      if (program === 'node') return !existsSync(join(ROOT, first));
      return (
        !['ci', 'install', 'pack', 'rebuild'].includes(first) &&
        !((first === 'run' ? second : first) in known.scripts)
      );
    });
    expect(unknown).toEqual([]);
  });
});
