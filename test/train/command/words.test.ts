// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of commands have them.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors.js';
import type { ParameterValue } from '../../../src/program.js';
import { shellLine } from '../../../src/train/command/words/shell-words.js';
import { expandWords, type WordValues } from '../../../src/train/command/words/words.js';
import { thrown } from '../../thrown.js';

const PARAMETERS = {
  learning_rate: 0.001,
  alpha: 'balanced',
  nesterov: true,
  bias: false,
  hidden: [32, 64],
  clip: null,
  'optimizer.name': 'sgd',
};

function wordValues(parameters: Readonly<Record<string, ParameterValue>> = PARAMETERS): WordValues {
  return {
    config: { model: 'command', ...parameters },
    seed: 7,
    runFile: '/runs/1/run.json',
    reportFile: '/runs/1/report.jsonl',
    argsFile: () => '/runs/1/args.json',
  };
}

const expanded = (...words: readonly string[]) => expandWords(words, wordValues());

test('names of parameters stand for their values', () => {
  expect(expanded('--lr=${learning_rate}', '${alpha}', '${nesterov}', '${hidden}', '${clip}')).toEqual([
    '--lr=0.001',
    'balanced',
    'true',
    '[32,64]',
    'null',
  ]);
  expect(expanded('${optimizer.name}-${seed}-${alpha}')).toEqual(['sgd-7-balanced']);
});

test('the lists of arguments are those of W&B', () => {
  const { clip, ...others } = PARAMETERS;
  const of = (word: string) => expandWords([word], wordValues(others));
  const values = ['learning_rate=0.001', 'alpha=balanced'];
  expect(of('${args}')).toEqual([
    ...values.map((value) => `--${value}`),
    '--nesterov=true',
    '--bias=false',
    '--hidden=[32,64]',
    '--optimizer.name=sgd',
  ]);
  expect(of('${args_no_hyphens}')).toEqual([
    ...values,
    'nesterov=true',
    'bias=false',
    'hidden=[32,64]',
    'optimizer.name=sgd',
  ]);
  expect(of('${args_no_boolean_flags}')).toEqual([
    ...values.map((value) => `--${value}`),
    '--nesterov',
    '--hidden=[32,64]',
    '--optimizer.name=sgd',
  ]);
  expect(of('${args_json}')).toEqual([JSON.stringify(others)]);
  expect(clip).toBeNull();
});

test('a list within a word stays in that word, and is no word without parameters', () => {
  expect(expandWords(['x ${args}'], wordValues({ a: 1, b: 2 }))).toEqual(['x --a=1 --b=2']);
  expect(expandWords(['p', '${args}'], wordValues({}))).toEqual(['p']);
});

test('the other names are those of the run', () => {
  expect(expanded('${env}', '${interpreter}', '${run_file}', '${report_file}', '${args_json_file}')).toEqual([
    '/usr/bin/env',
    'python3',
    '/runs/1/run.json',
    '/runs/1/report.jsonl',
    '/runs/1/args.json',
  ]);
});

test('two dollars stand for the text itself', () => {
  expect(expanded('$${alpha}', '$${none}', '$HOME', '{alpha}')).toEqual([
    '${alpha}',
    '${none}',
    '$HOME',
    '{alpha}',
  ]);
});

test('values are not expanded once more', () => {
  expect(expandWords(['${a}'], wordValues({ a: '${b} $& $1', b: 'x' }))).toEqual(['${b} $& $1']);
});

test('a name that is no parameter is refused, with the one that was meant', () => {
  const error = thrown(() => expanded('${lerning_rate}'));
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    message:
      'the command has ${lerning_rate}, which is no parameter of this run. Did you mean "learning_rate"?',
    fix: 'Declare it in the spec, or write $${lerning_rate} for the text itself.',
  });
  expect(() => expanded('${model}')).toThrow('is no parameter');
  expect(() => expanded('${toString}')).toThrow('is no parameter');
});

test('a value that no argument can have is refused', () => {
  expect(() => expandWords(['${a}'], wordValues({ a: 'x\0y' }))).toThrow('NUL');
});

/** What a shell makes of the words. */
function shellArguments(line: string): string[] {
  return execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'\'"\\$`!*?[]{}()<>|;&# \n\t~=-'.split('')),
    fc.constantFrom('$(exit)', '${HOME}', "'\\''", '\\\n'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((text) => text !== '\0'),
  ),
  maxLength: 12,
});

test('a shell takes values as they are, in quotes or outside of them', () => {
  fc.assert(
    fc.property(nasty, nasty, (a, b) => {
      const words = [
        "printf '%s\\0'",
        '${a}',
        'x${b}y',
        '"${a}"',
        '"say: \\"${b}\\" $${HOME:+home}"',
        "'${a}'",
        "'it: ${b}'\"'\"",
        '$(printf "%s" x${seed})',
        '# a comment: ${a}',
        '\n: ${b}',
      ];
      const home = process.env.HOME ? 'home' : '';
      expect(shellArguments(shellLine(words, wordValues({ a, b })))).toEqual([
        a,
        `x${b}y`,
        a,
        `say: "${b}" ${home}`,
        a,
        `it: ${b}'`,
        'x7',
      ]);
    }),
    { numRuns: 150 },
  );
});

test('lists of arguments are words of a shell too', () => {
  fc.assert(
    fc.property(nasty, nasty, (a, b) => {
      const line = shellLine(["printf '%s\\0'", '${args}', '"${args_no_hyphens}";:'], wordValues({ a, b }));
      expect(shellArguments(line)).toEqual([`--a=${a}`, `--b=${b}`, `a=${a} b=${b}`]);
    }),
    { numRuns: 50 },
  );
});

test('what is the shell’s own stays its own', () => {
  const line = shellLine(['X=5; for i in 1 2; do', "printf '%s\\0' $X-$i-$${X}; done | cat"], wordValues());
  expect(shellArguments(line)).toEqual(['5-1-5', '5-2-5']);
});

test.each([
  ['backquotes', '`printf "%s" ${alpha}`'],
  ['a command within quotes', '"$(printf "%s" ${alpha})"'],
  ['a text of several lines', 'cat <<E\n${alpha}\nE'],
  ['quotes of bash', "printf $'a\\'b' ${alpha}"],
  ['a default within quotes', '"$${X:-"a"}" ${alpha}'],
])('a value after %s is refused: it could not be quoted', (_what, command) => {
  expect(() => shellLine([command], wordValues())).toThrow(UserError);
  expect(() => shellLine([command.replaceAll('${alpha}', 'x')], wordValues())).not.toThrow();
});

test('a backslash before a name is refused', () => {
  expect(() => shellLine(['echo \\${alpha}'], wordValues())).toThrow('backslash');
});
