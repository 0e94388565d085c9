const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** What terminals draw in two columns: East Asian letters, full-width forms and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a text takes. */
export function screenWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return [...GRAPHEMES.segment(text)].reduce((sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1), 0);
}
