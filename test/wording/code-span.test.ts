import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeSpan, sentenceParts } from '../../src/wording/code-span.js';
import { cases } from '../property-cases.js';

it.each([
  ['focalsweep show a_1', '`focalsweep show a_1`'],
  ['focalsweep show "a\\`b"', '``focalsweep show "a\\`b"``'],
  ['`a` and ``b``', '``` `a` and ``b`` ```'],
])('%j in a sentence is %j', (code, span) => {
  expect(codeSpan(code)).toBe(span);
});

it('finds code again, whatever is in it', () => {
  const text = fc.stringMatching(/^[a `_*\\]{0,12}[a_*\\]$/);
  const before = fc.stringMatching(/^[a _*\\]{0,6}$/);
  fc.assert(
    fc.property(before, text, (start, code) => {
      const parts = [
        ...(start === '' ? [] : [{ text: start, isCode: false }]),
        { text: code, isCode: true },
        { text: ' and so on', isCode: false },
      ];
      expect(sentenceParts(`${start}${codeSpan(code)} and so on`)).toEqual(parts);
    }),
    { numRuns: cases(500) },
  );
});

it('takes backticks without an end for text', () => {
  expect(sentenceParts('a class called a`b, and a``c')).toEqual([
    { text: 'a class called a`b, and a``c', isCode: false },
  ]);
});
