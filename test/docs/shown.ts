// What the pages of the project show: commands and specs, as a reader would copy them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
export const ROOT = fileURLToPath(root);

/** A page and its text. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

const page = (name: string): Page => ({ name, text: readFileSync(new URL(name, root), 'utf8') });

export const README = page('README.md');
const docs = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
export const PAGES: readonly Page[] = [
  README,
  page('CONTRIBUTING.md'),
  ...docs.map((name) => page(`docs/${name}`)),
];

/** One of PAGES by its name. */
export function pageOf(name: string): Page {
  const [found] = PAGES.filter((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no page ${name}`);
  return found;
}

/** The blocks of a language, in order. */
export function blocks({ text }: Page, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, body]) => body ?? '',
  );
}

/** The lines that are typed at a prompt, without the remarks behind them. */
export function typedLines(from: Page): readonly string[] {
  return blocks(from, 'console')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('$ '))
    .map((line) => line.slice(2).replace(/\s+#.*$/, ''));
}

/** Code within sentences. */
export function inlineCode({ text }: Page): readonly string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
}
