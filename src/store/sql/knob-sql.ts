import { sql } from 'kysely';
import { LATER_KNOBS } from '../../knobs/deciding-knobs.js';
import { isWhole } from '../../knobs/knob.js';
import { KNOB_DEFAULTS, KNOB_NAMES, type KnobName, knobRow } from '../../knobs/knobs.js';
import { canonicalJson } from '../../wording/canonical-json.js';
import { type Dialect, rawByDialect } from './dialect.js';

/** `normalize` of trials, to select beside a configuration that perhaps does not say it. */
export const normalizeOf = rawByDialect<string>({
  sqlite: knobSql('sqlite', 'normalize', 'trials'),
  postgres: knobSql('postgres', 'normalize', 'trials'),
}).as('normalize');

/** Whether a program trains the trials of a table. */
export function isProgramSql(trials: string): string {
  return `(${trials}.engine LIKE 'command@%' OR ${trials}.engine LIKE 'module@%')`;
}

/** A knob of a table's trials as SQL, with the type and affinity of a separate column. */
export function knobSql(dialect: Dialect, name: KnobName, trials: string): string {
  return dialect === 'sqlite' ? sqliteKnob(name, trials) : postgresKnob(name, trials);
}

/** Knobs of a table's trials, each with its name, as columns of a view. */
export function knobColumns(dialect: Dialect, trials: string): string {
  return KNOB_NAMES.map((name) => `${knobSql(dialect, name, trials)} AS "${name}"`).join(',\n  ');
}

function sqliteKnob(name: KnobName, trials: string): string {
  const kept = `json_extract(${trials}.config, '$.${name}')`;
  const value = LATER_KNOBS.includes(name)
    ? `coalesce(${kept}, CASE WHEN NOT ${isProgramSql(trials)} THEN ${plainSql(name, trials)} END)`
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

/** A column has one type in PostgreSQL: α is text in views, and `query` reads it from the configuration; see mixed-sql.ts. */
function postgresKnob(name: KnobName, trials: string): string {
  const kept = `(${trials}.config::json ->> '${name}')`;
  const value = LATER_KNOBS.includes(name)
    ? `coalesce(${kept}, CASE WHEN NOT ${isProgramSql(trials)} THEN (${plainSql(name, trials)})::text END)`
    : kept;
  const row = knobRow(name);
  switch (row.column.kind) {
    case 'number':
      return isWhole(row) ? `number_of(${value})::bigint` : `number_of(${value})`;
    case 'flag':
      return `CASE ${value} WHEN '1' THEN 'true' WHEN 'true' THEN 'true' WHEN '0' THEN 'false' WHEN 'false' THEN 'false' END`;
    default:
      return `(${value}) COLLATE "C"`;
  }
}

/** What a configuration has that does not say it: of `normalize`, what the fingerprint of its dataset holds. A card may be damaged. */
function plainSql(name: KnobName, trials: string): string {
  const plain = knobLiteral(KNOB_DEFAULTS[name]);
  return name === 'normalize'
    ? `CASE WHEN ${trials}.dataset IN (SELECT dataset FROM sweeps WHERE card LIKE '%"normalize":"none"%') THEN 'none' ELSE ${plain} END`
    : plain;
}

/** Whether a knob of a table's trials has this value, as SQL. */
export function hasValueSql(dialect: Dialect, name: KnobName, trials: string, value: unknown): string {
  const isText = dialect === 'postgres' && knobRow(name).column.kind !== 'number';
  const literal = isText && typeof value !== 'string' ? `'${canonicalJson(value)}'` : knobLiteral(value);
  return `${knobSql(dialect, name, trials)} = ${literal}`;
}

/**
 * Whether configurations of a table's trials lack one of the values that a baseline names. They are compared as JSON, so that
 * true is not 1, and null not a parameter that is missing; later knobs have their default, but where a program is not given them.
 */
export function lacksNamedSql(dialect: Dialect, baseline: string, trials: string): string {
  const later = knobLiteral(Object.fromEntries(LATER_KNOBS.map((name) => [name, KNOB_DEFAULTS[name]])));
  const normalize = plainSql('normalize', trials);
  if (dialect === 'sqlite') {
    const path = 'wanted.fullkey';
    const plain = `json_set(${later}, '$.normalize', ${normalize}) -> ${path}`;
    const settled = `coalesce(${trials}.config -> ${path}, CASE WHEN NOT ${isProgramSql(trials)} THEN ${plain} END)`;
    return `EXISTS (
  SELECT 1 FROM json_each(${baseline}) AS wanted WHERE ${settled} IS NOT (${baseline} -> ${path})
)`;
  }
  const plain = `CASE WHEN wanted.name = 'normalize' THEN to_json((${normalize})::text) ELSE ${later}::json -> wanted.name END`;
  const settled = `coalesce(${trials}.config::json -> wanted.name, CASE WHEN NOT ${isProgramSql(trials)} THEN ${plain} END)`;
  return `EXISTS (
  SELECT 1 FROM json_each(${baseline}::json) AS wanted (name, value) WHERE (${settled})::text IS DISTINCT FROM wanted.value::text
)`;
}

/** A knob's value as SQL. */
function knobLiteral(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return `'${text.replaceAll("'", "''")}'`;
}

/** A knob of trials in a query, as text or a number that tells its values apart. */
export function distinctKnob(name: KnobName) {
  const counted = (dialect: Dialect) => `count(distinct ${knobSql(dialect, name, 'trials')})`;
  return rawByDialect<number>({ sqlite: counted('sqlite'), postgres: counted('postgres') });
}

/** Whether a program trains trials, in a query. */
export const IS_PROGRAM = sql<boolean>`${sql.raw(isProgramSql('trials'))}`;
