/** Items with those of the same key beside them, in the order in which the keys come first. */
export function sideBySide<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const ofKey = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = ofKey.get(key);
    if (own === undefined) ofKey.set(key, [item]);
    else own.push(item);
  }
  return [...ofKey.values()].flat();
}
