/** The lower triangle L of a symmetric matrix L Lᵀ, row after row; null where there is none. */
export function cholesky(values: Float64Array, count: number): Float64Array | null {
  const lower = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = values[a * count + b] as number;
      for (let k = 0; k < b; k++) sum -= (lower[a * count + k] as number) * (lower[b * count + k] as number);
      if (a !== b) lower[a * count + b] = sum / (lower[b * count + b] as number);
      else if (sum > 0) lower[a * count + a] = Math.sqrt(sum);
      else return null;
    }
  }
  return lower;
}

/** L⁻¹ v. */
export function solveLower(lower: Float64Array, values: Float64Array): Float64Array {
  const count = values.length;
  const solved = values.slice();
  for (let a = 0; a < count; a++) {
    let sum = solved[a] as number;
    for (let k = 0; k < a; k++) sum -= (lower[a * count + k] as number) * (solved[k] as number);
    solved[a] = sum / (lower[a * count + a] as number);
  }
  return solved;
}

/** L⁻ᵀ v. */
export function solveUpper(lower: Float64Array, values: Float64Array): Float64Array {
  const count = values.length;
  const solved = values.slice();
  for (let a = count - 1; a >= 0; a--) {
    let sum = solved[a] as number;
    for (let k = a + 1; k < count; k++) sum -= (lower[k * count + a] as number) * (solved[k] as number);
    solved[a] = sum / (lower[a * count + a] as number);
  }
  return solved;
}

/** The logarithm of the determinant of L Lᵀ. */
export function logDeterminant(lower: Float64Array, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += 2 * Math.log(lower[at * count + at] as number);
  return sum;
}

/** A symmetric matrix, row after row. */
export function symmetric(count: number, valueAt: (a: number, b: number) => number): Float64Array {
  const values = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const value = valueAt(a, b);
      values[a * count + b] = value;
      values[b * count + a] = value;
    }
  }
  return values;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
