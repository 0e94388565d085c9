/** What the work throws; undefined where it ends well. For tests whose assertions would be caught by a `try` of their own. */
export function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
