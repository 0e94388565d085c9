import { networkTrainer } from './network/network-trainer.js';
import { loadEngine, probeEngines } from './network/select-engine.js';
import type { Availability, Trainer } from './trainer.js';

/**
 * Loads the trainer that a spec's `engine:` names. Throws UserError for an unknown one, and (exit 3) for one that cannot run on
 * this machine.
 */
export async function loadTrainer(name: string): Promise<Trainer> {
  if (name === 'trees') return (await import('./trees/trees-trainer.js')).treesTrainer();
  return networkTrainer(await loadEngine(name));
}

/** Every trainer, and whether it can run here. */
export async function probeTrainers(): Promise<readonly Availability[]> {
  const { probeTrees } = await import('./trees/trees-trainer.js');
  return [...(await probeEngines()), probeTrees()];
}
