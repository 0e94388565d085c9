import { sentenceParts } from '../../wording/code-span.js';
import { escapeMarkup } from '../charts/svg.js';

/** Markup that is safe to put into a page. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** A template whose values are escaped unless they are markup. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + render(values[index])).join(''));
}

function render(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return value === null || value === undefined || value === false ? '' : escapeMarkup(String(value));
}

/** A name from the user, isolated from the writing direction of the text around it. */
export function named(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

/** A sentence whose code is shown as such. */
export function withCode(sentence: string): Markup {
  return html`${sentenceParts(sentence).map(({ text, isCode }) => (isCode ? html`<code>${text}</code>` : text))}`;
}
