import { UserError } from '../errors.js';
import type { DataSpec } from '../spec/data-spec.js';
import { didYouMean } from '../spec/did-you-mean.js';
import { malware21 } from './malware21.js';
import type { Table } from './table.js';

const BUILTIN = 'builtin:';
const MALWARE21 = `${BUILTIN}malware21`;

/** The table that a spec names: a builtin one or files. */
export async function readSource(spec: DataSpec, _baseDir: string): Promise<Table> {
  const source = spec.source;
  if (typeof source !== 'string' || !source.startsWith(BUILTIN)) throw new Error('not yet');
  if (source !== MALWARE21) {
    throw new UserError(`there is no table "${source}".${didYouMean(source, [MALWARE21])}`, {
      where: 'data.source',
      fix: `Builtin tables: ${MALWARE21}.`,
    });
  }
  return malware21(spec);
}
