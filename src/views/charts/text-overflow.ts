import { textWidth } from './label.js';
import type { SvgNode } from './svg.js';

/** By how many pixels texts reach beyond the sides of a picture. */
export interface Overflow {
  readonly left: number;
  readonly right: number;
}

const NONE: Overflow = { left: 0, right: 0 };
/** Elements with texts that nobody sees in the picture. */
const NOT_DRAWN: ReadonlySet<string> = new Set(['title', 'style']);
/** How much wider than usual letters may be: some are, and bold ones all. */
const WIDE = { plain: 1.1, bold: 1.2 };
/** That `textWidth` is of. */
const USUAL_SIZE = 11;

/** What a text takes over from the elements around it; Plot centres texts that say nothing else. */
interface Around {
  readonly x: number;
  readonly anchor: string;
  readonly size: number;
  readonly isBold: boolean;
}

/** How far the texts of a picture reach beyond its sides; those that are turned are left out. */
export function textOverflow(svg: SvgNode, width: number): Overflow {
  // The page has a font size of its own for the picture as a whole.
  const around: Around = { x: 0, anchor: 'middle', size: USUAL_SIZE, isBold: false };
  return [...svg.childNodes].map((child) => overflowOf(child, width, around)).reduce(larger, NONE);
}

function overflowOf(node: SvgNode, width: number, outer: Around): Overflow {
  const attributes = new Map([...(node.attributes ?? [])].map(({ name, value }) => [name, value]));
  const transform = attributes.get('transform') ?? '';
  if (transform.includes('rotate') || NOT_DRAWN.has(node.nodeName.toLowerCase())) return NONE;
  const around: Around = {
    x: outer.x + Number(/translate\((-?[\d.]+)/.exec(transform)?.[1] ?? 0),
    anchor: attributes.get('text-anchor') ?? outer.anchor,
    size: Number(attributes.get('font-size') ?? outer.size),
    isBold: outer.isBold || Number(attributes.get('font-weight')) >= 600,
  };
  const children = [...node.childNodes];
  const text = children.map((child) => child.nodeValue ?? '').join('');
  const own = text.trim() === '' ? NONE : ofText(text, width, around);
  return children.map((child) => overflowOf(child, width, around)).reduce(larger, own);
}

function ofText(text: string, width: number, { x, anchor, size, isBold }: Around): Overflow {
  const own = (textWidth(text) * size * WIDE[isBold ? 'bold' : 'plain']) / USUAL_SIZE;
  const before = anchor === 'end' ? own : anchor === 'middle' ? own / 2 : 0;
  return { left: Math.max(0, before - x), right: Math.max(0, x - before + own - width) };
}

function larger(a: Overflow, b: Overflow): Overflow {
  return { left: Math.max(a.left, b.left), right: Math.max(a.right, b.right) };
}
