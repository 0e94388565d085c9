import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Condition } from '../../../where/where.js';
import { type ColumnSql, comparisonSql, isLike, isOneOf } from './mixed-sql.js';

/** The condition as SQL; every value is a bound parameter. */
export function conditionSql<DB, TB extends keyof DB>(
  build: ExpressionBuilder<DB, TB>,
  condition: Condition,
  columnOf: (column: string) => ColumnSql,
): Expression<SqlBool> {
  switch (condition.type) {
    case 'and':
      return build.and(condition.parts.map((part) => conditionSql(build, part, columnOf)));
    case 'or':
      return build.or(condition.parts.map((part) => conditionSql(build, part, columnOf)));
    case 'not':
      return build.not(conditionSql(build, condition.part, columnOf));
    case 'in':
      return isOneOf(columnOf(condition.column), condition.values);
    case 'like':
      return isLike(columnOf(condition.column), condition.pattern);
    case 'null':
      return sql<SqlBool>`${columnOf(condition.column).cell} is null`;
    case 'compare':
      return comparisonSql(columnOf(condition.column), condition);
  }
}
