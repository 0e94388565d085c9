import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { cases } from '../property-cases.js';
import { rejection } from '../thrown.js';
import { finished, sampleSweep, sampleTrial, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const path = `${temporaryFolder()}/store.db`;
const writer = await openStore(path).writer();
await writer.open(
  sampleSweep({
    seeds: [1],
    trials: [
      sampleTrial('aa', { alpha: 1, gamma: 0, hidden: [] }),
      sampleTrial('bb', { alpha: 2.5, gamma: 1 }),
      sampleTrial('cc', { alpha: 'balanced', gamma: 2, hidden: [128, 64] }),
      sampleTrial('dd', { alpha: { effective_number: 0.999 }, gamma: 2 }),
      sampleTrial('ee', { alpha: { Dridex: 3, "it's": 0.5 }, gamma: 3, optimizer: 'sgd' }),
      sampleTrial('ff', { alpha: [1, 2, 3], gamma: 5 }),
    ],
  }),
);
await writer.record([...finished({ 'aa-1': 0.5, 'bb-1': 0.6, 'cc-1': 0.7, 'dd-1': 0.8 }), started('ee-1')]);
await writer.close();
const reader = await openStore(path).reader();

/** The trials of the runs that meet the condition. */
async function matching(where: string): Promise<string> {
  const { rows } = await reader.query({ where, columns: ['run'] });
  return rows.map(([run]) => String(run).slice(0, 2)).join(' ');
}

describe('a condition', () => {
  test.each([
    ['gamma = 2', 'cc dd'],
    ['gamma == 2', 'cc dd'],
    ['gamma != 2', 'aa bb ee ff'],
    ['gamma <> 2', 'aa bb ee ff'],
    ['gamma < 2', 'aa bb'],
    ['gamma<=2', 'aa bb cc dd'],
    ['gamma > 2', 'ee ff'],
    ['gamma >= 2.0e0 and macro_f1 > 0.7', 'dd'],
    ['gamma = 0 or gamma = 1 and macro_f1 > 0.9', 'aa'],
    ['(gamma = 0 or gamma = 1) and macro_f1 > 0.55', 'bb'],
    ['not gamma = 2 and not (gamma = 0)', 'bb ee ff'],
    ['gamma in (0, 3, 7)', 'aa ee'],
    ['gamma not in (0, 3, 7)', 'bb cc dd ff'],
    ['GAMMA = 2 AND NOT macro_f1 = 0.7', 'dd'],
    ['gamma > -1 and gamma < +.5', 'aa'],
    ["optimizer = sgd or optimizer = 'nothing'", 'ee'],
    ['optimizer like "S%"', 'ee'],
    ["run not like '%-1'", ''],
    ['run = aa-1', 'aa'],
    ['state = running', 'ee'],
    ['macro_f1 is null', 'ee ff'],
    ['macro_f1 is not null and seed = 1', 'aa bb cc dd'],
    ['macro_f1 != 0.5', 'bb cc dd'],
    ['seed = \'1\' and gamma = "5"', 'ff'],
  ])('%s', async (where, expected) => {
    expect(await matching(where)).toBe(expected);
  });

  test.each([
    ['alpha = 1', 'aa'],
    ["alpha = '1'", 'aa'],
    ['alpha = 2.50', 'bb'],
    ['alpha = balanced', 'cc'],
    ['alpha = \'{"effective_number":0.999}\'', 'dd'],
    ['alpha = {"effective_number": 0.9990}', 'dd'],
    ['alpha = {"it\'s": 0.5, "Dridex": 3}', 'ee'],
    ['alpha = [1, 2.0, 3]', 'ff'],
    ['alpha in (1, balanced, [1,2,3])', 'aa cc ff'],
    ['alpha != 1', 'bb cc dd ee ff'],
    ['alpha >= 1', 'aa bb'],
    ['not alpha >= 2', 'aa cc dd ee ff'],
    ["alpha like '%effective%'", 'dd'],
    ['hidden = []', 'aa'],
    ['hidden = [128, 64] and gamma = 2', 'cc dd'],
    ["hidden not in ([], '[128,64]')", ''],
  ])('on a knob of many kinds: %s', async (where, expected) => {
    expect(await matching(where)).toBe(expected);
  });

  test.each([
    ['gama >= 2', 1, /no column "gama".*Did you mean "gamma"/],
    ['gamma >= 2 andd macro_f1 > 0', 12, /expected "and", "or" or the end, found "andd"/],
    ['gamma >= ', 10, /expected a value, found the end/],
    ['gamma >= two', 10, /holds numbers, not "two"/],
    ['gamma', 6, /expected a comparison/],
    ['', 1, /expected a column name/],
    ['(gamma = 2', 11, /expected "\)", found the end/],
    ['gamma = 2)', 10, /found "\)"/],
    ['gamma in ()', 11, /expected a value/],
    ['gamma in 2', 10, /expected "\("/],
    ['gamma not 2', 11, /expected "in" or "like"/],
    ['gamma like "2"', 12, /like compares text/],
    ['error = null', 9, /expected a value/],
    ["run = 'aa-1", 7, /quote is not closed/],
    ['hidden = [128', 10, /bracket is not closed/],
    ['hidden = 128', 10, /holds lists/],
    ['hidden > [1]', 10, />.* compares numbers/],
    ['alpha > balanced', 9, /> compares numbers/],
    ['alpha = {nonsense}', 9, /holds numbers, words such as `balanced`, or schemes/],
    ['2 = gamma', 1, /no column "2"/],
    ['gamma = 2; drop table runs', 9, /holds numbers, not "2;"/],
    ['gamma = 2 -- and', 11, /found "--"/],
    [`${'('.repeat(200)}gamma = 1`, 102, /nested more than 100 deep/],
    [`${'not '.repeat(200)}gamma = 1`, 405, /nested more than 100 deep/],
    [Array(501).fill('seed=1').join(' or '), 5001, /more than 500 comparisons/],
  ])('that is wrong says where: %s', async (where, column, message) => {
    const error = await rejection(() => reader.query({ where }));
    expect(error).toBeInstanceOf(UserError);
    const { message: text, where: place } = error as UserError;
    expect(text).toMatch(message);
    expect(place).toBe(`--where:${column}`);
    const [, excerpt = '', caret = ''] = text.split('\n  ');
    const pointedAt = where.charAt(column - 1);
    expect(excerpt.charAt(caret.indexOf('^'))).toBe(pointedAt);
  });

  test.each([
    ['gamma => 2', 7, '>='],
    ['gamma =< 2', 7, '<='],
    ['gamma ≥ 2', 7, '>='],
    ['gamma≠2', 6, '!='],
    ['gamma = 2 && seed = 1', 11, 'and'],
    ['gamma = 2 || seed = 1', 11, 'or'],
    ['! gamma = 2', 1, 'not'],
  ])('with the sign of another language names ours: %s', async (where, column, sign) => {
    await expect(reader.query({ where })).rejects.toThrow(
      expect.objectContaining({ where: `--where:${column}`, fix: `Write "${sign}".` }),
    );
  });

  test('may be as long as its limits allow', async () => {
    expect(await matching(Array(500).fill('gamma = 0').join(' or '))).toBe('aa');
    expect(await matching(`${'('.repeat(100)}gamma = 0${')'.repeat(100)}`)).toBe('aa');
    expect(await matching(`seed = 1 and run in (aa-1${', x'.repeat(6000)})`)).toBe('aa');
    await expect(matching(`run = ${'x'.repeat(20_000)}`)).rejects.toThrow(UserError);
  });

  test('never changes or shows anything but runs, whatever its values are', async () => {
    const before = await reader.fingerprint('sample');
    for (const text of [`x' or '1'='1`, `x" or 1=1 --`, `x'); drop table runs; --`, `%' or 1 like '1`]) {
      const quoted = `'${text.replaceAll("'", "''")}'`;
      expect(await matching(`run = ${quoted}`)).toBe('');
      expect(await matching(`run in (${quoted})`)).toBe('');
      expect(await matching(`alpha like ${quoted}`)).toBe('');
    }
    expect(await reader.fingerprint('sample')).toBe(before);
  });

  test('gives rows or a UserError, whatever is written', async () => {
    const pieces = fc.constantFrom(
      ...[
        'gamma',
        'alpha',
        'hidden',
        'macro_f1',
        'run',
        'error',
        'and',
        'or',
        'not',
        'in',
        'like',
        'is',
        'null',
      ],
      ...[
        '(',
        ')',
        ',',
        '=',
        '==',
        '!=',
        '<',
        '>=',
        '1',
        '-2e3',
        '1e999',
        '.',
        "'a'",
        '"b',
        "''",
        '%',
        '--',
        ';',
      ],
      ...['{"a":1}', '[1]', '[', '}', 'balanced', '\u0000', 'é', '/*', '?', '$1', '__proto__', 'constructor'],
    );
    const expression = fc.oneof(
      fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(' ')),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(expression, async (where) => {
        let rows = 0;
        const error = await rejection(async () => {
          rows = (await reader.query({ where })).rows.length;
        });
        expect(rows).toBeLessThanOrEqual(6);
        expect(error === undefined || (error instanceof UserError && error.where)).toSatisfy(
          (place) => place === true || String(place).startsWith('--where'),
        );
      }),
      { numRuns: cases(2000) },
    );
  });

  test('of any shape selects what its parts say', async () => {
    const gammas = [0, 1, 2, 2, 3, 5];
    const condition = fc.letrec<{ any: [string, (gamma: number) => boolean] }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc
          .tuple(fc.constantFrom('=', '!=', '<', '<=', '>', '>='), fc.constantFrom(...gammas))
          .map(([operator, value]): [string, (gamma: number) => boolean] => [
            `gamma ${operator} ${value}`,
            (gamma) => {
              if (operator === '=') return gamma === value;
              if (operator === '!=') return gamma !== value;
              if (operator.startsWith('<')) return gamma < value || (operator === '<=' && gamma === value);
              return gamma > value || (operator === '>=' && gamma === value);
            },
          ]),
        fc
          .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
          .map(([[left, isLeft], word, [right, isRight]]): [string, (gamma: number) => boolean] => [
            `(${left}) ${word} (${right})`,
            (gamma) => (word === 'and' ? isLeft(gamma) && isRight(gamma) : isLeft(gamma) || isRight(gamma)),
          ]),
        tie('any').map(([part, isPart]): [string, (gamma: number) => boolean] => [
          `not (${part})`,
          (gamma) => !isPart(gamma),
        ]),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(condition, async ([where, holds]) => {
        expect((await reader.query({ where, columns: ['gamma'] })).rows.flat()).toEqual(gammas.filter(holds));
      }),
      { numRuns: cases(300) },
    );
  });
});
