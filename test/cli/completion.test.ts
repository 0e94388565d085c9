import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandName } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/commands.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-completion-'));
const bin = join(folder, 'bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const SPEC = `
name: my flows
parameters: {gamma: {values: [0]}}
seeds: 1
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [4]}
train: {epochs: 1}
engine: tfjs/cpu
`;

function shell(program: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env,
    input: '',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

function focalsweep(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

/** A shell that is not here cannot be tested, and the name of the test says so. */
function isHere(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

beforeAll(() => {
  mkdirSync(bin);
  writeFileSync(join(bin, 'focalsweep'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(join(bin, 'focalsweep'), 0o755);
  for (const name of ['one.yaml', 'two b.yml', 'table.csv', 'note.md']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'spec.yaml'), SPEC);
  for (const name of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(folder, `c.${name}`), focalsweep('completion', name).stdout);
  }
  expect(focalsweep('launch', 'spec.yaml', '--db', 'kept.db').status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!isHere('bash'))('bash (skipped where it is not installed)', () => {
  const completed = (...words: string[]): string[] =>
    shell(
      'bash',
      '-c',
      'source c.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _focalsweep focalsweep; printf "%s\\n" "${COMPREPLY[@]}"',
      '_',
      ...words,
    )
      .split('\n')
      .filter((line) => line !== '')
      .sort();

  it('completes every command and its options', () => {
    const names = COMMANDS.map(commandName);
    expect(completed('focalsweep', '')).toEqual([...names, 'help', '--help', '--version'].sort());
    expect(completed('focalsweep', 're')).toEqual(['rename', 'report', 'resume', 'retry']);
    for (const command of COMMANDS) {
      const options = [...Object.keys(command.options), 'help'].map((name) => `--${name}`);
      expect(completed('focalsweep', commandName(command), '--')).toEqual(options.sort());
    }
  });

  it('completes choices, specs, tables and databases', () => {
    expect(completed('focalsweep', 'report', '--format', 'h')).toEqual(['html']);
    expect(completed('focalsweep', 'report', '--format', '=', 'h')).toEqual(['html']);
    expect(completed('focalsweep', 'launch', '')).toEqual(['bin', 'one.yaml', 'spec.yaml', 'two b.yml']);
    expect(completed('focalsweep', 'init', 't')).toEqual(['table.csv']);
    expect(completed('focalsweep', 'report', '--db', 'k')).toEqual(['kept.db']);
    expect(completed('focalsweep', 'completion', '')).toEqual(['bash', 'fish', 'zsh']);
  });

  it('asks the program for sweeps, and is silent where there are none', () => {
    expect(completed('focalsweep', 'report', '--db', 'kept.db', '')).toEqual(['my\\ flows']);
    expect(completed('focalsweep', 'report', '--db', '=', 'kept.db', 'my\\ f')).toEqual(['my\\ flows']);
    expect(completed('focalsweep', 'report', '--db', 'kept.db', 'x')).toEqual([]);
    expect(completed('focalsweep', 'report', '--db', 'none.db', '')).toEqual([]);
    expect(completed('focalsweep', 'report', '--db', 'note.md', '')).toEqual([]);
  });
});

describe.skipIf(!isHere('fish'))('fish (skipped where it is not installed)', () => {
  const completed = (line: string): string[] =>
    shell('fish', '--no-config', '-c', `source c.fish; complete -C '${line}'`)
      .split('\n')
      .flatMap((one) => one.split('\t')[0] || []);

  it('completes commands, options, choices, files and sweeps', () => {
    expect(completed('focalsweep re')).toEqual(['rename', 'report', 'resume', 'retry']);
    expect(completed('focalsweep launch --wo')).toEqual(['--workers']);
    expect(completed('focalsweep report --format h')).toEqual(['html']);
    expect(completed('focalsweep launch ')).toEqual(['bin/', 'one.yaml', 'spec.yaml', 'two b.yml']);
    expect(completed('focalsweep report --db k')).toEqual(['kept.db']);
    expect(completed('focalsweep report --db kept.db ')).toEqual(['my flows']);
    expect(completed('focalsweep report --db none.db ')).toEqual([]);
  });
});

describe.skipIf(!isHere('zsh'))('zsh (skipped where it is not installed)', () => {
  /** Its own functions of completion work at a terminal alone, so that others print here what they are called with. */
  const offered = (...words: string[]): string[] =>
    shell(
      'zsh',
      '-f',
      '-c',
      `compdef() { }; compset() { }; compadd() { print -l -- "\${@:2}" }; _files() { print -r -- "_files $*" }
_describe() { print -l -- "\${(@)\${(@P)@[-1]}%%:*}" }
source ./c.zsh; words=("$@"); CURRENT=$#; PREFIX=\${words[CURRENT]}; _focalsweep; true`,
      '_',
      ...words,
    )
      .split('\n')
      .filter((line) => line !== '');

  it('offers commands, options, choices, files and sweeps', () => {
    expect(offered('focalsweep', '')).toEqual(COMMANDS.map(commandName));
    expect(offered('focalsweep', 'plan', '--')).toEqual([
      '--add',
      '--workers',
      '--engine',
      '--budget',
      '--db',
      '--help',
    ]);
    expect(offered('focalsweep', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('focalsweep', 'report', '--format', '')).toContain('html');
    expect(offered('focalsweep', 'report', '--format=')).toContain('html');
    expect(offered('focalsweep', 'launch', '')).toEqual(['_files -g *.(yaml|yml)']);
    expect(offered('focalsweep', 'report', '--db', '')).toEqual(['_files -g *.db']);
    expect(offered('focalsweep', 'report', '--db', 'kept.db', '')).toEqual(['my flows']);
    expect(offered('focalsweep', 'report', '--db=kept.db', '')).toEqual(['my flows']);
    expect(offered('focalsweep', 'report', '--db', 'none.db', '')).toEqual([]);
  });
});

it('refuses a shell that it does not know', () => {
  const { status, stderr } = focalsweep('completion', 'bsh');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /there is no completion for "bsh"\. Did you mean "bash"\?\n {2}fix: There is one for bash, zsh, fish/,
  );
});
