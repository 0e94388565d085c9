import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type SvgNode, serializeSvg } from './svg.js';
import { textOverflow } from './text-overflow.js';

/** A picture with its texts. */
export interface Chart {
  readonly title: string;
  /** Describes the picture for people who do not see it. */
  readonly caption: string;
  /** Markup with escaped texts. */
  readonly svg: string;
}

/** Colours are the page's custom properties, so that one picture serves light, dark and paper. */
export const COLOR = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  faint: 'var(--faint)',
  paper: 'var(--paper)',
  card: 'var(--card)',
  best: 'var(--best)',
  baseline: 'var(--baseline)',
  tied: 'var(--tied)',
} as const;

/** Cells of matrices have a colour whose opacity grows with the value, so that they fade on light and dark pages alike. */
export function cellOpacity(share: number): number {
  return Math.round((0.06 + 0.94 * Math.min(1, Math.max(0, share))) * 100) / 100;
}

/** Opacities from which text must be black on a dark page and white on a light one. */
const INK_CHANGES = { best: { dark: 0.61, light: 0.83 }, baseline: { dark: 0.58, light: 0.94 } } as const;

/** A text colour with a contrast of 4.5 on a cell of that colour and opacity, on light and dark pages. */
export function cellInk(color: keyof typeof INK_CHANGES, opacity: number): string {
  const { dark, light } = INK_CHANGES[color];
  if (opacity <= dark) return 'var(--on-faint)';
  return opacity <= light ? 'var(--on-middle)' : 'var(--on-strong)';
}

export interface Picture {
  readonly title: string;
  readonly caption: string;
  readonly plot: Plot.PlotOptions & { readonly width: number };
}

/** The share of a picture that a margin may grow by: longer texts are cut off. */
const MOST_GROWTH = 0.2;
/** Margins of Plot where a picture says none. */
const USUAL_MARGIN = { left: 40, right: 20 };

/**
 * Draws marks with Observable Plot on the server; the same input gives the same bytes. Margins grow where texts would not fit, such as
 * numbers at an axis.
 */
export function drawChart({ title, caption, plot }: Picture): Chart {
  const first = drawn(plot);
  const { left, right } = textOverflow(first, plot.width);
  const grown = (margin: number, overflow: number): number =>
    margin + Math.ceil(Math.min(overflow, plot.width * MOST_GROWTH));
  const margins = {
    marginLeft: grown(plot.marginLeft ?? USUAL_MARGIN.left, left),
    marginRight: grown(plot.marginRight ?? USUAL_MARGIN.right, right),
  };
  const svg = left + right > 0 ? drawn({ ...plot, ...margins }) : first;
  return {
    title,
    caption,
    svg: serializeSvg(svg, { class: 'plot', role: 'img', 'aria-label': title }),
  };
}

function drawn(plot: Plot.PlotOptions): SvgNode {
  const { document } = parseHTML('<html></html>');
  const svg: unknown = Plot.plot({ document, className: 'plot', ...plot });
  return svg as SvgNode;
}
