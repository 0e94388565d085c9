/** The limit of `name:` in a spec, in characters and not in units of UTF-16. */
const LONGEST_NAME = 100;
/** Leaves room for `-999`, so that all numbered names of a sweep begin with the same letters. */
const LONGEST_STEM = 96;

/** The name with the suffix, cut so that both fit. */
export function suffixedName(name: string, suffix: string): string {
  return `${cut(name, LONGEST_NAME - suffix.length)}${suffix}`;
}

/** `flows-2` after `flows`, `flows-3` after that: the first number that no sweep has. */
export function nextName(name: string, names: readonly string[]): string {
  const { stem, number } = numbered(name, names);
  let next = number + 1;
  while (names.includes(`${stem}-${next}`)) next++;
  return `${stem}-${next}`;
}

/** The sweeps that this one was suggested from. */
export function earlierNames(name: string, names: readonly string[]): readonly string[] {
  const { stem, number } = numbered(name, names);
  return names.filter((other) => {
    const earlier = numbered(other, names);
    return earlier.stem === stem && earlier.number < number;
  });
}

/** A number counts only after the name of another sweep: the one in `malware-21` is part of the user's own name. */
function numbered(
  name: string,
  names: readonly string[],
): { readonly stem: string; readonly number: number } {
  const [, before = name, number = '1'] = /^(.+)-([1-9]\d{0,2})$/.exec(name) ?? [];
  const stem = cut(before, LONGEST_STEM);
  const isCounted = names.some((other) => other !== name && cut(other, LONGEST_STEM) === stem);
  return isCounted ? { stem, number: Number(number) } : { stem: cut(name, LONGEST_STEM), number: 1 };
}

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}
