import { plainText } from '../../wording/class-names.js';

/** Categories with one code for each meaning. */
export interface MergedCategories {
  readonly categories: readonly string[];
  /** The new code of every old one; none where nothing was merged. */
  readonly codes?: Int32Array;
  /** Spellings that were merged, by the name that they got. */
  readonly merged: ReadonlyMap<string, readonly string[]>;
}

/** Merges different spellings of one category: those with the same key. */
export function mergeSpellings(texts: readonly string[], keyOf: (text: string) => string): MergedCategories {
  const spellings = new Map<string, string[]>();
  const keys = texts.map(keyOf);
  for (const [code, text] of texts.entries()) {
    const key = keys[code] as string;
    const known = spellings.get(key);
    if (known === undefined) spellings.set(key, [text]);
    else known.push(text);
  }
  if (spellings.size === texts.length) return { categories: texts, merged: new Map() };
  const order = [...spellings.keys()];
  const codeOf = new Map(order.map((key, code) => [key, code]));
  const categories = [...spellings.values()].map(nameOf);
  return {
    categories,
    codes: Int32Array.from(keys, (key) => codeOf.get(key) as number),
    merged: new Map(
      [...spellings.values()].flatMap((group, code) =>
        group.length > 1 ? [[categories[code] as string, group] as const] : [],
      ),
    ),
  };
}

/** The shortest of the spellings as they look, the first by text among equals: no matter which row comes first. */
function nameOf(spellings: readonly string[]): string {
  const [first = '', ...others] = spellings.map(plainText);
  return others.reduce(
    (best, text) => (text.length < best.length || (text.length === best.length && text < best) ? text : best),
    first,
  );
}
