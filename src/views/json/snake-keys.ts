/** Names of knobs and of classes are the user's: what is below these keys stays as it is. */
const VERBATIM = new Set(['point', 'config', 'value', 'changes']);

/** The same value with keys like `rank_interval` instead of `rankInterval`. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      VERBATIM.has(key) ? item : snakeKeys(item),
    ]),
  );
}
