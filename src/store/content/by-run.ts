/** Rows by the id of their run, in their order. */
export function byRun<Row extends { readonly run_id: string }, Item>(
  rows: readonly Row[],
  read: (row: Row) => Item,
): ReadonlyMap<string, readonly Item[]> {
  const items = new Map<string, Item[]>();
  for (const row of rows) {
    const own = items.get(row.run_id) ?? [];
    own.push(read(row));
    items.set(row.run_id, own);
  }
  return items;
}
