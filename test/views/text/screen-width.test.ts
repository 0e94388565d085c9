import fc from 'fast-check';
import { expect, it } from 'vitest';
import { screenWidth } from '../../../src/views/text/screen-width.js';
import { cases } from '../../property-cases.js';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
/** One grapheme after the other, whatever is in the text. */
const bySegments = (text: string) =>
  [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);

it.each([
  ['', 0],
  ['macro_f1', 8],
  ['γ=2 · 0.53–0.60 ±0.03 ██▊ …', 27],
  ['家族', 4],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['\u0600 ', 1],
])('counts the columns of %j', (text, columns) => {
  expect(screenWidth(text)).toBe(columns);
});

it('is that of each character alone, for all up to the scripts of East Asia', () => {
  const odd = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => screenWidth(character) !== bySegments(character),
  );
  expect(odd).toEqual([]);
});

it('is the sum over graphemes of any text', () => {
  const character = fc.oneof(
    fc.integer({ min: 0x20, max: 0x7e }),
    fc.integer({ min: 0xa0, max: 0x3ff }),
    fc.integer({ min: 0x600, max: 0x605 }),
    fc.integer({ min: 0x1100, max: 0x11ff }),
    fc.integer({ min: 0x2000, max: 0x27ff }),
    fc.constantFrom(0x0d, 0x0a, 0x200d, 0xfe0f, 0x1f1e9, 0x1f1ea, 0x1f469, 0x5bb6),
  );
  const text = fc.oneof(
    fc.array(character, { maxLength: 12 }).map((codes) => String.fromCodePoint(...codes)),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (any) => {
      expect(screenWidth(any)).toBe(bySegments(any));
    }),
    { numRuns: cases(500) },
  );
});
