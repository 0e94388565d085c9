import { LATER_KNOBS } from '../../knobs/deciding-knobs.js';
import { isWhole } from '../../knobs/knob.js';
import { KNOB_DEFAULTS, type KnobName, knobRow } from '../../knobs/knobs.js';
import { canonicalJson } from '../../plan/identity.js';

/** A knob of a table's trials as SQL, with the type and affinity of a separate column. */
export function knobSql(name: KnobName, trials: string): string {
  const kept = `json_extract(${trials}.config, '$.${name}')`;
  const value = LATER_KNOBS.includes(name) ? `coalesce(${kept}, ${knobLiteral(KNOB_DEFAULTS[name])})` : kept;
  const row = knobRow(name);
  switch (row.column.kind) {
    case 'number':
      return `CAST(${value} AS ${isWhole(row) ? 'INTEGER' : 'REAL'})`;
    case 'alpha':
      return `iif(typeof(${value}) = 'text', ${value}, CAST(${value} AS REAL))`;
    default:
      return `CAST(${value} AS TEXT)`;
  }
}

/** A knob's value as SQL. */
export function knobLiteral(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return `'${text.replaceAll("'", "''")}'`;
}
