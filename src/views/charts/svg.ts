/** The part of a node in the tree from Plot that is read here. */
export interface SvgNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgNode>;
}

const ELEMENT = 1;
const TEXT = 3;
/** The page's own style sheet and the figure's label take their place. */
const LEFT_OUT = /^(style|class|font-family|xmlns|aria-.*)$/;
const GEOMETRY =
  /^(d|x|y|x1|x2|y1|y2|cx|cy|r|dx|dy|width|height|transform|points|stroke-width|fill-opacity)$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const STEERING = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\ufeff]/gu;

/** Text for an element or a quoted attribute; characters that control a terminal or the writing direction become visible. */
export function escapeMarkup(text: string): string {
  return text.replace(STEERING, '\u{fffd}').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** Writes a tree as markup, with coordinates to a hundredth of a pixel, no inline style and every text escaped. */
export function serializeSvg(node: SvgNode, rootAttributes: Readonly<Record<string, string>>): string {
  const own = Object.entries(rootAttributes).map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`);
  return element(node, own.join(''));
}

function element(node: SvgNode, extra = ''): string {
  const name = node.nodeName.toLowerCase();
  const attributes = [...(node.attributes ?? [])]
    .filter((attribute) => !LEFT_OUT.test(attribute.name))
    .map((attribute) => ` ${attribute.name}="${escapeMarkup(attributeValue(attribute))}"`);
  const children = [...node.childNodes].map(child).join('');
  return `<${name}${extra}${attributes.join('')}>${children}</${name}>`;
}

function child(node: SvgNode): string {
  if (node.nodeType === TEXT) return escapeMarkup(node.nodeValue ?? '');
  if (node.nodeType !== ELEMENT || node.nodeName.toLowerCase() === 'style') return '';
  return element(node);
}

function attributeValue({ name, value }: { readonly name: string; readonly value: string }): string {
  if (!GEOMETRY.test(name)) return value;
  return value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2))));
}
