import type { Command } from '../command.js';
import { bashScript } from './bash.js';
import { completedCommands, type Shell } from './completed-words.js';
import { fishScript } from './fish.js';
import { zshScript } from './zsh.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The script by which a shell completes these commands; `use` says how the shell is told to read it. */
export function completionScript(shell: Shell, commands: readonly Command[], use: string): string {
  return SCRIPTS[shell](completedCommands(commands), use);
}
