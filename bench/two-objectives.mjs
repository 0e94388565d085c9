// Problems with two values to minimise, as a sweep sees them: axes, and the values at a point. bench/peers/two_objectives.py has them, too.
const X = ['x0', 'x1', 'x2', 'x3', 'x4'];

/** ZDT1, ZDT2 and ZDT3 of Zitzler, Deb and Thiele (2000) with five numbers. */
function zdt(shape) {
  return {
    parameters: Object.fromEntries(X.map((name) => [name, { distribution: 'uniform', min: 0, max: 1 }])),
    values(point) {
      const [first, ...others] = X.map((name) => point[name]);
      const g = 1 + (9 * others.reduce((sum, own) => sum + own, 0)) / others.length;
      return [first, g * shape(first / g, first)];
    },
  };
}

const RATES = { adam: -2, sgd: -0.5, lion: -3.5 };
const WEIGHTS = { none: 0, balanced: 0.3, effective: 0.15 };

/** Like training: two lists, a rate, a whole number and a γ; a best rate for each optimizer, and weight on one value or the other. */
const mixed = {
  parameters: {
    rate: { distribution: 'log_uniform_values', min: 0.00001, max: 1 },
    gamma: { distribution: 'uniform', min: 0, max: 5 },
    units: { min: 8, max: 256 },
    solver: { values: Object.keys(RATES) },
    scheme: { values: Object.keys(WEIGHTS) },
  },
  values({ rate, gamma, units, solver, scheme }) {
    const off = (Math.log10(rate) - RATES[solver]) ** 2 / 4 + (units / 256 - 0.6) ** 2;
    const weight = (gamma / 5) * 0.7 + WEIGHTS[scheme];
    const slip = solver === 'sgd' ? 0.1 : 0;
    return [off + slip + weight ** 2, off + slip + (1 - weight) ** 2];
  },
};

/** Each with the point that hypervolumes are measured from. */
export const PROBLEMS = {
  ZDT1: { ...zdt((share) => 1 - Math.sqrt(share)), reference: [1.1, 3] },
  ZDT2: { ...zdt((share) => 1 - share ** 2), reference: [1.1, 3] },
  ZDT3: {
    ...zdt((share, x) => 1 - Math.sqrt(share) - share * Math.sin(10 * Math.PI * x)),
    reference: [1.1, 3],
  },
  mixed: { ...mixed, reference: [1.1, 1.1] },
};

/** The area between the reference and what some points dominate; larger is better. */
export function hypervolume(points, [right, top]) {
  const inside = points
    .filter(([x, y]) => x < right && y < top)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  let [area, lowest] = [0, top];
  for (const [x, y] of inside) {
    if (y >= lowest) continue;
    area += (right - x) * (lowest - y);
    lowest = y;
  }
  return area;
}
