import { sql } from 'kysely';
import { LATER_KNOBS } from '../../knobs/deciding-knobs.js';
import { isWhole } from '../../knobs/knob.js';
import { KNOB_DEFAULTS, type KnobName, knobRow } from '../../knobs/knobs.js';
import { canonicalJson } from '../../wording/canonical-json.js';

/** `normalize` of trials, to select beside a configuration that perhaps does not say it. */
export const normalizeOf = sql<string>`${sql.raw(knobSql('normalize', 'trials'))}`.as('normalize');

/** Whether a program trains the trials of a table. */
export function isProgramSql(trials: string): string {
  return `(${trials}.engine GLOB 'command@*' OR ${trials}.engine GLOB 'module@*')`;
}

/** A parameter of programs, of rows with a `config`; true and false are words, as in `--where`. */
export function ownSql(name: string) {
  const path = sql.lit(`$."${name}"`);
  return sql<
    string | number | null
  >`iif(json_type(config, ${path}) in ('true', 'false'), json_type(config, ${path}), json_extract(config, ${path}))`;
}

/** A knob of a table's trials as SQL, with the type and affinity of a separate column. */
export function knobSql(name: KnobName, trials: string): string {
  const kept = `json_extract(${trials}.config, '$.${name}')`;
  const value = LATER_KNOBS.includes(name)
    ? `coalesce(${kept}, iif(${isProgramSql(trials)}, NULL, ${plainSql(name, trials)}))`
    : kept;
  const row = knobRow(name);
  switch (row.column.kind) {
    case 'number':
      return `CAST(${value} AS ${isWhole(row) ? 'INTEGER' : 'REAL'})`;
    case 'alpha':
      return `iif(typeof(${value}) = 'text', ${value}, CAST(${value} AS REAL))`;
    case 'flag':
      return `CASE ${value} WHEN 1 THEN 'true' WHEN 'true' THEN 'true' WHEN 0 THEN 'false' WHEN 'false' THEN 'false' END`;
    default:
      return `CAST(${value} AS TEXT)`;
  }
}

/** What a configuration has that does not say it: of `normalize`, what the fingerprint of its dataset holds. A card may be damaged. */
function plainSql(name: KnobName, trials: string): string {
  const plain = knobLiteral(KNOB_DEFAULTS[name]);
  return name === 'normalize'
    ? `iif(${trials}.dataset IN (SELECT dataset FROM sweeps WHERE instr(card, '"normalize":"none"') > 0), 'none', ${plain})`
    : plain;
}

/** What configurations of a table's trials have at a path, as JSON text: later knobs with their default; NULL where a program is not given it. */
export function settledSql(path: string, trials: string): string {
  const later = Object.fromEntries(LATER_KNOBS.map((name) => [name, KNOB_DEFAULTS[name]]));
  const plain = `json_set(${knobLiteral(later)}, '$.normalize', ${plainSql('normalize', trials)})`;
  return `coalesce(${trials}.config -> ${path}, iif(${isProgramSql(trials)}, NULL, ${plain} -> ${path}))`;
}

/** A knob's value as SQL. */
export function knobLiteral(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return `'${text.replaceAll("'", "''")}'`;
}
