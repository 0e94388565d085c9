/** Below these keys are names of knobs and classes, which do not change. */
const VERBATIM = new Set(['point', 'config', 'value', 'changes']);

/** The same value with keys like `rank_interval` instead of `rankInterval`. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (value instanceof Map) return snakeKeys(Object.fromEntries(value));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      VERBATIM.has(key) ? item : snakeKeys(item),
    ]),
  );
}
