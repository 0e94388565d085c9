import { UserError } from '../errors.js';
import type { Program } from '../program.js';
import type { ProgramSpec } from '../spec/programs/program-spec.js';
import { networkTrainer } from './network/network-trainer.js';
import { loadEngine, probeEngines } from './network/select-engine.js';
import type { AnyTrainer, Availability } from './trainer.js';

/** What loads a trainer: its name, or the program that it runs. */
export type TrainerSource = string | Program;

/**
 * Loads the trainer that a spec's `engine:` names, or that of a program. Throws UserError for an unknown one, for a program whose files
 * nobody has looked at yet, and (exit 3) for one that cannot run on this machine.
 */
export async function loadTrainer(source: TrainerSource | ProgramSpec): Promise<AnyTrainer> {
  if (typeof source !== 'string') return programTrainer('id' in source ? source : unresolved());
  if (source === 'trees') return (await import('./trees/trees-trainer.js')).treesTrainer();
  return networkTrainer(await loadEngine(source));
}

function unresolved(): never {
  throw new UserError('the program of a spec has no identity before its files are looked at', {
    fix: 'Let `prepareSweep` load the trainers of the spec.',
  });
}

async function programTrainer(program: Program): Promise<AnyTrainer> {
  if (program.type === 'command')
    return (await import('./command/command-trainer.js')).commandTrainer(program);
  return (await import('./module/module-trainer.js')).moduleTrainer(program);
}

/** Every trainer, and whether it can run here. */
export async function probeTrainers(): Promise<readonly Availability[]> {
  const { probeTrees } = await import('./trees/trees-trainer.js');
  return [...(await probeEngines()), probeTrees()];
}
