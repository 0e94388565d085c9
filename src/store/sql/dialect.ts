import { PostgresQueryCompiler, type RawBuilder, type RawNode, sql } from 'kysely';

/** The databases whose SQL is written here. */
export type Dialect = 'sqlite' | 'postgres';

/** A piece of SQL that each database writes in its own way. */
export type InDialects<Text> = { readonly [dialect in Dialect]: Text };

/** SQL for SQLite that carries the SQL for PostgreSQL with it. */
interface NodeOfDialects extends RawNode {
  readonly postgres?: RawNode;
}

/** An expression that is compiled to the SQL of the database that runs it. */
export function byDialect<Value>({ sqlite, postgres }: InDialects<RawBuilder<unknown>>): RawBuilder<Value> {
  const node = (): NodeOfDialects => ({ ...sqlite.toOperationNode(), postgres: postgres.toOperationNode() });
  return sql<Value>`${{ toOperationNode: node }}`;
}

/** The same of texts without parameters. */
export function rawByDialect<Value>({ sqlite, postgres }: InDialects<string>): RawBuilder<Value> {
  return byDialect<Value>({ sqlite: sql.raw(sqlite), postgres: sql.raw(postgres) });
}

/** Compiles queries to the SQL of PostgreSQL. */
export class PostgresCompiler extends PostgresQueryCompiler {
  protected override visitRaw(node: NodeOfDialects): void {
    super.visitRaw(node.postgres ?? node);
  }
}
