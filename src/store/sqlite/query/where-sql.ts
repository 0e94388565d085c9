import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Condition } from '../../../where/where.js';

/** A column of runs as SQL. */
type ColumnSql = (column: string) => RawBuilder<unknown>;

/** The condition as SQL; every value is a bound parameter. */
export function conditionSql<DB, TB extends keyof DB>(
  build: ExpressionBuilder<DB, TB>,
  condition: Condition,
  refOf: ColumnSql,
): Expression<SqlBool> {
  switch (condition.type) {
    case 'and':
      return build.and(condition.parts.map((part) => conditionSql(build, part, refOf)));
    case 'or':
      return build.or(condition.parts.map((part) => conditionSql(build, part, refOf)));
    case 'not':
      return build.not(conditionSql(build, condition.part, refOf));
    case 'in':
      return sql<SqlBool>`${refOf(condition.column)} in (${sql.join(condition.values)})`;
    case 'like':
      return sql<SqlBool>`${refOf(condition.column)} like ${condition.pattern}`;
    case 'null':
      return sql<SqlBool>`${refOf(condition.column)} is null`;
    case 'compare':
      return comparisonSql(condition, refOf);
  }
}

/** α may be text, which SQLite sorts after every number: only numbers are compared by order. */
function comparisonSql(
  condition: Extract<Condition, { readonly type: 'compare' }>,
  refOf: ColumnSql,
): Expression<SqlBool> {
  const column = refOf(condition.column);
  const compared = sql<SqlBool>`${column} ${sql.raw(condition.operator)} ${condition.value}`;
  const isOrdered = condition.operator !== '=' && condition.operator !== '!=';
  if (condition.kind !== 'alpha' || !isOrdered) return compared;
  return sql<SqlBool>`(typeof(${column}) <> 'text' and ${compared})`;
}
