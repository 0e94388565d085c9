import { UserError } from '../errors.js';
import type { Engine } from '../train/network/engine.js';
import { loadEngine } from '../train/network/select-engine.js';

/**
 * The engine for a launch. `auto` stays with the one that the sweep's results so far came from, where it still loads, so that
 * a faster engine that turns up later does not train everything again.
 */
export async function chooseEngine(requested: string, recordedId: string | undefined): Promise<Engine> {
  if (requested !== 'auto' || recordedId === undefined) return loadEngine(requested);
  try {
    const engine = await loadEngine(engineName(recordedId));
    if (engine.id === recordedId) return engine;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return loadEngine('auto');
}

/** The name that loads an engine, from its id: `tfjs/wasm@1` → `tfjs/wasm`. */
export function engineName(id: string): string {
  return id.split('@')[0] ?? id;
}
