import type { CommandProgram, Program, ProgramConfig } from '../../program.js';
import { valuesOf } from '../../spec/distribution.js';
import type { Space } from '../../spec/sweep-spec.js';
import { shellLine } from '../../train/command/words/shell-words.js';
import { expandWords } from '../../train/command/words/words.js';

/** Throws UserError for words of a command that no run of a space could fill, as every run would. */
export function requireFillableWords(program: Program, space: Space): void {
  if (program.type !== 'command') return;
  const first = space.axes.map(({ knob, distribution }) => [knob, valuesOf(distribution)[0]] as const);
  fill(program, { ...space.base, ...Object.fromEntries(first) } as ProgramConfig);
}

function fill({ words, shell }: CommandProgram, config: ProgramConfig): void {
  const values = { config, seed: 0, runFile: '', reportFile: '', argsFile: () => '' };
  if (shell) shellLine(words, values);
  else expandWords(words, values);
}
