import type { Chart } from '../charts/chart.js';
import { type Content, html, Markup } from './markup.js';

/** A chart with its caption, which is beside a wide chart if there is room; the other two kinds scroll on narrow screens. */
export function chartFigure(
  { title, caption, svg }: Chart,
  width: 'wide' | 'scrolling' | 'narrow' = 'narrow',
): Markup {
  const picture = new Markup(svg);
  const drawing =
    width !== 'narrow'
      ? html`<div class="scroll" tabindex="0" role="group" aria-label="${title}, scrolls">${picture}</div>`
      : picture;
  return html`<figure class="${width}"><h3>${title}</h3>${drawing}<figcaption>${caption}</figcaption></figure>\n`;
}

/** Pictures side by side if there is room. */
export function figureGrid(figures: readonly Markup[], columns: 'two' | 'three' | 'four' = 'three'): Markup {
  return html`<div class="grid ${columns}">${figures}</div>`;
}

/** A table that scrolls within itself on a narrow screen. */
export function tableFrame(label: string, table: Content): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}, scrolls">${table}</div>`;
}

export interface KeyEntry {
  readonly color: 'best' | 'baseline' | 'tied' | 'muted';
  readonly shape: 'dot' | 'line' | 'dashes' | 'points';
  readonly text: string;
}

const SHAPES = {
  dot: '<circle cx="11" cy="5" r="4.5" fill="currentColor"/>',
  line: '<path d="M0 5H22" stroke="currentColor" stroke-width="2.2"/>',
  dashes: '<path d="M0 5H22" stroke="currentColor" stroke-width="1.8" stroke-dasharray="4 3"/>',
  points: '<path d="M0 5H22" stroke="currentColor" stroke-width="1.8" stroke-dasharray="1.5 3"/>',
} as const;

/** What colours and strokes mean. */
export function colorKey(entries: readonly KeyEntry[]): Markup {
  return html`<ul class="key">${entries.map(
    ({ color, shape, text }) =>
      html`<li><svg class="c-${color}" viewBox="0 0 22 10" aria-hidden="true">${new Markup(SHAPES[shape])}</svg>${text}</li>`,
  )}</ul>`;
}
