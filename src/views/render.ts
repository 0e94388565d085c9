import type { Contents, Format, FormatOf, Kind, Look, Renderer } from './renderer.js';

/** The renderer of each format, loaded when it is needed: the one with charts is large. */
const RENDERERS: { readonly [format in Format]: () => Promise<Renderer<format>> } = {
  table: async () => (await import('./text/text-renderer.js')).textRenderer,
  md: async () => (await import('./markdown/markdown-renderer.js')).markdownRenderer,
  html: async () => (await import('./html/html-renderer.js')).htmlRenderer,
  json: async () => (await import('./json/json-renderer.js')).jsonRenderer,
  csv: async () => (await import('./rows/csv-renderer.js')).csvRenderer,
  ndjson: async () => (await import('./rows/ndjson-renderer.js')).ndjsonRenderer,
};

/** Options of a rendering. */
export interface RenderOptions<Of extends Kind> extends Look {
  readonly format: FormatOf<Of>;
}

/** Renders a report, a comparison and so on in one of its formats, without a last newline. */
export async function render<Of extends Kind>(
  kind: Of,
  content: Contents[Of],
  { format, ...look }: RenderOptions<Of>,
): Promise<string> {
  const renderer: { readonly [own in Kind]?: unknown } = await RENDERERS[format]();
  const write = renderer[kind] as (content: Contents[Of], look: Look) => string;
  return write(content, look);
}
