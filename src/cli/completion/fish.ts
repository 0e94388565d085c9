import type { CompletedCommand, Offer } from './completed-words.js';

/** The completion of fish. */
export function fishScript(commands: readonly CompletedCommand[], use: string): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# Completion of focalsweep for fish. To load it: ${use}
function __focalsweep_sweeps # the sweeps of the database; silent where it cannot be read
    set -l words (commandline -opc)
    set -l db
    for at in (seq (count $words))
        switch $words[$at]
            case --db
                test $at -lt (count $words); and set db --db $words[(math $at + 1)]
            case '--db=*'
                set db --db (string replace -- --db= '' $words[$at])
        end
    end
    $words[1] sweeps --format csv $db 2>/dev/null </dev/null | tail -n +2 | string replace -r ',.*' ''
end
function __focalsweep_files # files with these endings, and folders
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    for file in $typed*/
        echo $file
    end
    for ending in $argv
        for file in $typed*.$ending
            echo $file
        end
    end
end
complete -c focalsweep -f
complete -c focalsweep -n __fish_use_subcommand -l help -d 'Show help'
complete -c focalsweep -n __fish_use_subcommand -l version -d 'Show version number'
complete -c focalsweep -n '__fish_seen_subcommand_from help' -a ${quotedFish(names)}
complete -c focalsweep -n __fish_use_subcommand -a help -d 'Show help of a command'
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, describe, options, argument }: CompletedCommand): string[] {
  const within = `complete -c focalsweep -n '__fish_seen_subcommand_from ${name}'`;
  return [
    `complete -c focalsweep -n __fish_use_subcommand -a ${name} -d ${quotedFish(describe)}`,
    ...options.map((option) => {
      const value = option.value === undefined ? '' : ` ${offer(option.value, '-x')}`;
      return `${within} -l ${option.name} -d ${quotedFish(option.describe)}${value}`;
    }),
    ...(argument.type === 'nothing' ? [] : [`${within} ${offer(argument, '')}`]),
  ];
}

/** Options of \`complete\`; \`required\` is that of an option with a value. */
function offer(given: Offer, required: string): string {
  if (given.type === 'nothing') return required;
  if (given.type === 'files' && given.endings.length === 0) return required === '' ? '-F' : '-r -F';
  return `${required} -a ${quotedFish(offeredWords(given))}`.trim();
}

function offeredWords(given: Offer): string {
  if (given.type === 'words') return given.words.join(' ');
  return given.type === 'files' ? `(__focalsweep_files ${given.endings.join(' ')})` : '(__focalsweep_sweeps)';
}

function quotedFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
