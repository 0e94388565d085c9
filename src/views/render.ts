import { UserError } from '../errors.js';
import { didYouMean } from '../wording/did-you-mean.js';
import {
  type Contents,
  FORMATS,
  type Format,
  type FormatOf,
  type Kind,
  type Look,
  type Renderer,
} from './renderer.js';

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

/** Renders a report, a comparison and so on in one of its formats, without a last newline. Rejects with UserError for another format. */
export async function render<Of extends Kind>(
  kind: Of,
  content: Contents[Of],
  { format, ...look }: RenderOptions<Of>,
): Promise<string> {
  if (!Object.hasOwn(FORMATS, kind)) throw unknown('kind of page', kind, Object.keys(FORMATS));
  const formats: readonly string[] = FORMATS[kind];
  if (!formats.includes(format)) throw unknown(`format of a ${kind}`, format, formats);
  const renderer: { readonly [own in Kind]?: unknown } = await RENDERERS[format]();
  const write = renderer[kind] as (content: Contents[Of], look: Look) => string;
  return write(content, look);
}

function unknown(what: string, word: unknown, known: readonly string[]): UserError {
  return new UserError(`there is no ${what} "${word}".${didYouMean(String(word), known)}`, {
    fix: `Use one of ${known.join(', ')}.`,
  });
}
