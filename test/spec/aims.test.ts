import { describe, expect, it, test } from 'vitest';
import { parseAims, parseSpec } from '../../src/spec/parse-spec.js';

const spec = (more: string) => parseSpec(`name: a\ndata: {source: t.csv}\n${more}`, 'a.yaml');

describe('choose:', () => {
  it('is, by default, the ranking metric, and rare recall at little cost', () => {
    expect(spec('').choose).toEqual([
      { name: 'overall', metric: { name: 'macro_f1', goal: 'maximize' }, constraints: [] },
      {
        name: 'rare classes',
        metric: { name: 'rare_recall', goal: 'maximize' },
        constraints: [{ metric: 'macro_f1', margin: 0.03 }],
      },
    ]);
    expect(spec('metric: {name: rare_recall}\n').choose.map(({ name }) => name)).toEqual(['overall']);
    expect(spec('').equivalent).toBe(0.01);
  });

  it('takes any metric, margins and limits', () => {
    const text = `choose:
  - {name: calm, minimize: log_loss, constraints: {accuracy: ">= 0.7", log_loss: "<=1.5", mcc: {margin: 0}}}
equivalent: 0.02
`;
    expect(spec(text).choose).toEqual([
      {
        name: 'calm',
        metric: { name: 'log_loss', goal: 'minimize' },
        constraints: [
          { metric: 'accuracy', relation: '>=', value: 0.7 },
          { metric: 'mcc', margin: 0 },
          { metric: 'log_loss', relation: '<=', value: 1.5 },
        ],
      },
    ]);
    expect(spec(text).equivalent).toBe(0.02);
  });

  it.each([
    ['- {name: a}', 'needs one metric', 'a.yaml:4:3'],
    ['- {name: a, maximize: macro_f1, minimize: log_loss}', 'needs one metric', 'a.yaml:4:3'],
    ['- {name: a, maximize: log_loss}', 'would choose the worst', 'a.yaml:4:23'],
    ['- {name: a, maximize: mcc}\n- {name: a, maximize: accuracy}', 'two aims are called "a"', 'a.yaml:5:10'],
    ['- {name: a, maximize: f1}', 'choose.0.maximize', 'a.yaml:4:23'],
    [
      '- {name: a, maximize: mcc, constraints: {accuracy: 0.7}}',
      'choose.0.constraints.accuracy',
      'a.yaml:4:52',
    ],
    ['- {name: a, maximize: mcc, constrains: {}}', 'constrains', 'a.yaml:4:28'],
    [
      '- {name: a, maximize: mcc, constraints: {accuracy: ">= 70"}}',
      'accuracy is never 70: its values are from 0 to 1',
      'a.yaml:4:52',
    ],
    [
      '- {name: a, maximize: mcc, constraints: {log_loss: "<= -1"}}',
      'log_loss is never -1: its values are at least 0',
      'a.yaml:4:52',
    ],
  ])('refuses %s', (choose, what, where) => {
    expect(() => spec(`choose:\n${choose}\n`)).toThrow(expect.objectContaining({ where }));
    expect(() => spec(`choose:\n${choose}\n`)).toThrow(what);
  });
});

it.each([
  ['accuracy: ">= 70"', 'accuracy: ">= 0.7"'],
  ['accuracy: ">= 70 %"', 'accuracy: ">= 0.7"'],
  ['accuracy: 7%', 'accuracy: ">= 0.07"'],
  ['accuracy: .7', 'accuracy: ">= 0.7"'],
  ['log_loss: "< 1"', 'log_loss: "<= 1"'],
  ['ece: 0.05', 'ece: "<= 0.05"'],
])('a limit written as %s is told the form that works', (given, right) => {
  const choose = (limit: string) => spec(`choose:\n- {name: a, maximize: mcc, constraints: {${limit}}}\n`);
  expect(() => choose(given)).toThrow(
    expect.objectContaining({ fix: expect.stringContaining(`Write \`${right}\``) }),
  );
  expect(choose(right).choose).toHaveLength(1);
});

test('--choose takes one aim or a list', () => {
  const one = parseAims('{name: a, maximize: mcc}');
  expect(parseAims('[{name: a, maximize: mcc}]')).toEqual(one);
  expect(one.map(({ name }) => name)).toEqual(['a']);
  expect(() => parseAims('{name: a, maximise: mcc}')).toThrow(
    expect.objectContaining({ fix: expect.stringContaining('maximize') }),
  );
});

test.each([
  ['mcc', '{name: mcc, maximize: mcc}'],
  ['log_loss', '{name: log_loss, minimize: log_loss}'],
  ['overall', '{name: overall, maximize: macro_f1}'],
  ['""', '{name: macro_f1, maximize: macro_f1}'],
  ['', '{name: macro_f1, maximize: macro_f1}'],
  ['[]', '{name: macro_f1, maximize: macro_f1}'],
  ['7', '{name: macro_f1, maximize: macro_f1}'],
  ['{name: ""}', '{name: macro_f1, maximize: macro_f1}'],
  ['{name: 5, maximize: mcc}', '{name: "5", maximize: mcc}'],
  ['{name: , minimize: ece}', '{name: ece, minimize: ece}'],
  ['{maximize: mcc}', '{name: mcc, maximize: mcc}'],
  [
    '{maximize: mcc, constraints: {accuracy: ">= 0.7"}}',
    '{name: mcc, maximize: mcc, constraints: {accuracy: ">= 0.7"}}',
  ],
  ['{name: mine}', '{name: mine, maximize: rare_recall}'],
  ['{name: "a: b", maximize: mcc, minimize: ece}', '{name: "a: b", maximize: mcc}'],
])('--choose %s is answered with a whole aim that works', (given, right) => {
  expect(() => parseAims(given)).toThrow(expect.objectContaining({ fix: `Write \`${right}\`.` }));
  expect(parseAims(right)).toHaveLength(1);
});

test('a word in place of the list of aims is answered with a list', () => {
  const fix = 'Write `choose: [{name: mcc, maximize: mcc}]`.';
  expect(() => spec('choose: mcc\n')).toThrow(expect.objectContaining({ fix }));
  const limited = '{name: a, maximize: mcc, constraints: {ece: <= 0.1}}';
  expect(() => spec(`choose: ${limited}\n`)).toThrow(
    expect.objectContaining({ fix: `Write \`choose: [${limited}]\`.` }),
  );
  expect(spec(`choose: [${limited}]\n`).choose).toHaveLength(1);
  const many = Array.from({ length: 13 }, (_, at) => `{name: a${at}, maximize: mcc}`);
  expect(() => spec(`choose: [${many.join(', ')}]\n`)).toThrow(
    expect.objectContaining({ fix: expect.not.stringContaining('choose:') }),
  );
  expect(spec('choose: [{name: mcc, maximize: mcc}]\n').choose).toHaveLength(1);
});

test('a mistake in --choose has the place in what was typed', () => {
  for (const [text, column] of [
    ['{name: mine, maximize: log_loss}', 24],
    ['[{name: mine, maximize: log_loss}]', 25],
  ] as const) {
    expect(() => parseAims(text)).toThrow(expect.objectContaining({ where: `--choose:1:${column}` }));
  }
});

test('a limit that is written wrongly is answered with the right one', () => {
  const text = (limit: string) => `choose: [{name: a, maximize: macro_f1, constraints: {mcc: '${limit}'}}]\n`;
  for (const [given, meant] of [
    ['=> 0.3', '>= 0.3'],
    ['< 0.45', '<= 0.45'],
    ['high', '>= 0.7'],
  ] as const) {
    const fix = `Write \`mcc: "${meant}"\`, or \`mcc: {margin: 0.03}\`.`;
    expect(() => spec(text(given))).toThrow(expect.objectContaining({ fix }));
    expect(() => spec(text(meant))).not.toThrow();
  }
});
