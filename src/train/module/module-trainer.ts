import type { ModuleProgram, ProgramConfig } from '../../program.js';
import type { Trainer } from '../trainer.js';
export function moduleTrainer(program: ModuleProgram): Trainer<ProgramConfig> {
  throw new Error(program.id);
}
