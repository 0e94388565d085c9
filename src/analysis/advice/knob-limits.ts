/** How far advice goes with a knob that has an order. */
const KNOB_LIMITS: { readonly [knob: string]: { readonly lowest: number; readonly highest: number } } = {
  gamma: { lowest: 0, highest: 5 },
  learning_rate: { lowest: 1e-6, highest: 1 },
  weight_decay: { lowest: 0, highest: 1 },
  dropout: { lowest: 0, highest: 0.9 },
  mixup: { lowest: 0, highest: 10 },
};

/** Whether advice may name this value; false for knobs without limits. */
export function isAdvisable(knob: string, value: number): boolean {
  const limits = KNOB_LIMITS[knob];
  return limits !== undefined && value >= limits.lowest && value <= limits.highest;
}
