import type { RowColumn } from '../data/files/row-parquet.js';
import { knobValue } from '../knobs/knob-value.js';
import type { SweepReader } from '../store/store.js';
import { stretches } from './stretches.js';

/** Parameters that only programs know, as columns: of numbers where all values are numbers. */
export async function ownColumnsOf(
  reader: SweepReader,
  sweeps: readonly { readonly name: string; readonly trials: number }[],
): Promise<readonly RowColumn[]> {
  const types = new Map<string, RowColumn['type']>();
  for (const { name, trials } of sweeps) {
    const own = await reader.ownParameters(name);
    if (own.length === 0) continue;
    for (const stretch of stretches(trials)) {
      for (const { config } of await reader.trials(name, stretch)) {
        for (const parameter of own) {
          types.set(parameter, widerType(types.get(parameter), knobValue(config, parameter)));
        }
      }
    }
  }
  return [...types].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, type]) => ({ name, type }));
}

function widerType(known: RowColumn['type'] | undefined, value: unknown): RowColumn['type'] {
  if (value === undefined || value === null) return known ?? 'whole';
  if (typeof value !== 'number' || known === 'text') return 'text';
  return Number.isSafeInteger(value) && known !== 'real' ? 'whole' : 'real';
}
