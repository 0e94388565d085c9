import { html, Markup } from './markup.js';

/** Characters that end a script early, break its lines, or change the writing direction of the source. */
const UNSAFE = /[<\u2028\u2029\ufeff\p{Bidi_Control}]/gu;

/** Data that programs can read from a page; browsers neither show nor run it. */
export function embeddedJson(id: string, data: unknown): Markup {
  const text = JSON.stringify(data).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return html`<script type="application/json" id="${id}">${new Markup(text)}</script>`;
}
