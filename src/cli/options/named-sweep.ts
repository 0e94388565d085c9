import { shellWord } from '../../wording/shell-word.js';

/** The word for the sweep of a rank or an aim, or for one that is named itself; none for `best` and ids. */
export function namedSweep(source: string, sweep: string | undefined): readonly string[] {
  const [name = ''] = source.split('#');
  const own = name === '' || /^(best|[0-9a-f]{4,})$/.test(name) ? sweep : name;
  return own === undefined ? [] : [shellWord(own)];
}
