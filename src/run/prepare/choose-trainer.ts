import { UserError } from '../../errors.js';
import { loadTrainer } from '../../train/load-trainer.js';
import type { Trainer } from '../../train/trainer.js';

/**
 * The trainer for a launch. `auto` keeps the trainer of the sweep's existing results if it still loads, so that a faster one,
 * installed later, does not train everything again.
 */
export async function chooseTrainer(requested: string, recordedId: string | undefined): Promise<Trainer> {
  if (requested !== 'auto' || recordedId === undefined) return loadTrainer(requested);
  try {
    const trainer = await loadTrainer(trainerName(recordedId));
    if (trainer.id === recordedId) return trainer;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return loadTrainer('auto');
}

/** The name that loads a trainer, from its id: `tfjs/wasm@2` → `tfjs/wasm`. */
export function trainerName(id: string): string {
  return id.split('@')[0] ?? id;
}
