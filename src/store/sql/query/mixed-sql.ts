import { type RawBuilder, sql } from 'kysely';
import type { Condition } from '../../../where/where.js';
import { byDialect } from '../dialect.js';

/**
 * A column of runs in both databases. α and parameters of programs are numbers in some rows and texts in others: a value of
 * SQLite has its type with it, and for PostgreSQL it is JSON, compared and sorted by its number and its text apart.
 */
export interface ColumnSql {
  /** What is selected. */
  readonly cell: RawBuilder<unknown>;
  readonly mixed: boolean;
  readonly name: string;
}

/** A column of `runs_wide` with values of one type. */
export function plainColumn(name: string): ColumnSql {
  return { cell: sql.ref(name), mixed: false, name };
}

/** A column with values of several types, of rows with a `config`; `cell` is its value in SQLite. */
export function mixedColumn(name: string, cell: RawBuilder<unknown>): ColumnSql {
  const json = sql`(config::json -> ${sql.lit(name)})`;
  // Of a null, which is no value in SQLite either, the text is missing.
  const value = sql`case when config::json ->> ${sql.lit(name)} is not null then ${json} end`;
  return { cell: byDialect({ sqlite: cell, postgres: value }), mixed: true, name };
}

/** A parameter of programs; true and false are words, as in `--where`. */
export function ownColumn(name: string): ColumnSql {
  const path = sql.lit(`$."${name}"`);
  const cell = sql`iif(json_type(config, ${path}) in ('true', 'false'), json_type(config, ${path}), json_extract(config, ${path}))`;
  return mixedColumn(name, cell);
}

/** In PostgreSQL, the number of a mixed value, and its text if it is none. */
function partsOf({ name }: ColumnSql) {
  const [type, text] = [
    sql`json_typeof(config::json -> ${sql.lit(name)})`,
    sql`(config::json ->> ${sql.lit(name)})`,
  ];
  return {
    number: sql`case when ${type} = 'number' then ${text}::double precision end`,
    text: sql`case when ${type} <> 'number' then ${text} end collate "C"`,
  };
}

/** How many values there are, none being one. */
export function countOfValues(column: ColumnSql): RawBuilder<number> {
  const { number, text } = partsOf(column);
  const countOf = (value: RawBuilder<unknown>) =>
    sql`count(distinct ${value}) + (case when count(*) > count(${value}) then 1 else 0 end)`;
  return byDialect({
    sqlite: countOf(column.cell),
    postgres: countOf(sql`coalesce('n' || (${number})::text, 't' || (${text}))`),
  });
}

/** What rows are sorted by, empty cells last; texts come after all numbers. */
export function orderSql(column: ColumnSql, descending: boolean): RawBuilder<unknown> {
  const order = sql.raw(descending ? 'desc nulls last' : 'asc nulls last');
  const plain = sql`${column.cell} ${order}`;
  if (!column.mixed) return plain;
  const { number, text } = partsOf(column);
  const [first, second] = descending ? [text, number] : [number, text];
  return byDialect({ sqlite: plain, postgres: sql`${first} ${order}, ${second} ${order}` });
}

type Comparison = Extract<Condition, { readonly type: 'compare' }>;

/** α may be text, which SQLite sorts after every number: only numbers are compared by order. */
export function comparisonSql(column: ColumnSql, { operator, value, kind }: Comparison): RawBuilder<boolean> {
  const by = sql.raw(operator);
  const isOrdered = operator !== '=' && operator !== '!=';
  const compared = sql`${column.cell} ${by} ${value}`;
  const sqlite =
    kind === 'alpha' && isOrdered ? sql`(typeof(${column.cell}) <> 'text' and ${compared})` : compared;
  if (!column.mixed) {
    const type = sql.raw(typeof value === 'number' ? 'double precision' : 'text');
    return byDialect({ sqlite, postgres: sql`${column.cell} ${by} ${value}::${type}` });
  }
  const { number, text } = partsOf(column);
  if (isOrdered) {
    // Every number is less than a text.
    const below = sql.raw(String(operator.startsWith('<')));
    const ofNumber =
      typeof value === 'number' ? sql`${by} ${value}::double precision` : sql`is not null and ${below}`;
    return byDialect({
      sqlite,
      postgres: sql`(case when (${text}) is not null then false else (${number}) ${ofNumber} end)`,
    });
  }
  const [same, other] = typeof value === 'number' ? [number, text] : [text, number];
  const type = sql.raw(typeof value === 'number' ? 'double precision' : 'text');
  const differs = sql.raw(operator === '!=' ? 'true' : 'false');
  return byDialect({
    sqlite,
    postgres: sql`(case when (${other}) is not null then ${differs} else (${same}) ${by} ${value}::${type} end)`,
  });
}

/** Whether a value is one of these. */
export function isOneOf(column: ColumnSql, values: readonly (number | string)[]): RawBuilder<boolean> {
  const sqlite = sql`${column.cell} in (${sql.join(values)})`;
  const each = values.map((value) =>
    comparisonSql(column, { type: 'compare', column: column.name, kind: 'text', operator: '=', value }),
  );
  return byDialect({ sqlite, postgres: sql`(${sql.join(each, sql` or `)})` });
}

/** Whether a value's text is like a pattern, in capital letters or not. */
export function isLike(column: ColumnSql, pattern: string): RawBuilder<boolean> {
  const text = column.mixed ? sql`(config::json ->> ${sql.lit(column.name)})` : sql`(${column.cell})::text`;
  return byDialect({
    sqlite: sql`${column.cell} like ${pattern}`,
    postgres: sql`${text} ilike ${pattern}::text escape ''`,
  });
}
