import { type CompletedCommand, type Offer, shellQuoted } from './completed-words.js';

/** The completion of bash 3.2 and later. */
export function bashScript(commands: readonly CompletedCommand[], use: string): string {
  const names = commands.map(({ name }) => name);
  return `# Completion of focalsweep for bash. To load it: ${use}
_focalsweep_offer() { # the words that begin with what is typed
  local word
  for word in "$@"; do [[ $word == "$cur"* ]] && COMPREPLY+=("$word"); done
}
_focalsweep_files() { # files with these endings, or all; and folders
  local ending line
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
    compgen -d -- "$cur"
    if (( $# == 0 )); then compgen -f -- "$cur"; fi
    for ending in "$@"; do compgen -f -X "!*.$ending" -- "$cur"; done
  )
}
_focalsweep_sweeps() { # the sweeps of the database; silent where it cannot be read
  local line at db=() typed=\${cur//\\\\/}
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} == --db ]]; then
      line=\${COMP_WORDS[at + 1]}
      [[ $line == = ]] && line=\${COMP_WORDS[at + 2]}
      db=(--db "$line")
    fi
  done
  while IFS=, read -r line _; do
    [[ $line == "$typed"* ]] && COMPREPLY+=("$(printf %q "$line")")
  done < <("$program" sweeps --format csv "\${db[@]}" 2>/dev/null </dev/null | tail -n +2)
}
_focalsweep() {
  local program=$1 cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  # bash takes --option=value apart.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if ((COMP_CWORD == 1)); then
    _focalsweep_offer ${names.join(' ')} help --help --version
    return
  fi
  if [[ $command == help ]]; then
    _focalsweep_offer ${names.join(' ')}
    return
  fi
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${commands.map(optionsCase).join('\n')}
    esac
    return
  fi
  case "$command" in
${commands.map(({ name, argument }) => `    ${name}) ${offer(argument)} ;;`).join('\n')}
  esac
}
complete -F _focalsweep focalsweep
`;
}

function valueCases({ name, options }: CompletedCommand): string[] {
  return options.flatMap(({ name: option, value }) =>
    value === undefined ? [] : [`    ${shellQuoted(`${name} --${option}`)}) ${offer(value)}; return ;;`],
  );
}

function optionsCase({ name, options }: CompletedCommand): string {
  return `      ${name}) _focalsweep_offer ${options.map((option) => `--${option.name}`).join(' ')} ;;`;
}

function offer(given: Offer): string {
  if (given.type === 'words') return `_focalsweep_offer ${given.words.map(shellQuoted).join(' ')}`;
  if (given.type === 'files') return ['_focalsweep_files', ...given.endings].join(' ');
  return given.type === 'sweeps' ? '_focalsweep_sweeps' : ':';
}
