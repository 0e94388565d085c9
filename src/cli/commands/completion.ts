import { UserError } from '../../errors.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { Command } from '../command.js';
import { SHELLS, type Shell } from '../completion/completed-words.js';

/** How each shell reads its script at every start. */
const USES: { readonly [shell in Shell]: string } = {
  bash: 'source <(focalsweep completion bash)   # in ~/.bashrc',
  zsh: 'source <(focalsweep completion zsh)    # in ~/.zshrc, after compinit',
  fish: 'focalsweep completion fish > ~/.config/fish/completions/focalsweep.fish',
};

/** `focalsweep completion`, of these commands. */
export const completionCommand = (commands: () => readonly Command[]): Command => ({
  usage: 'completion <shell>',
  describe: 'Print a script by which a shell completes commands, options, files and sweeps',
  positionals: {
    shell: { type: 'string', demandOption: true, describe: `The shell: ${SHELLS.join(', ')}` },
  },
  options: {},
  async handler({ shell }: { readonly shell: string }): Promise<void> {
    const known = SHELLS.find((own) => own === shell);
    if (known === undefined) {
      throw new UserError(`there is no completion for "${shell}".${didYouMean(shell, SHELLS)}`, {
        fix: `There is one for ${SHELLS.join(', ')}.`,
      });
    }
    const { completionScript } = await import('../completion/completion-script.js');
    process.stdout.write(completionScript(known, commands(), USES[known]));
  },
});
