import { type CompletedCommand, type Offer, shellQuoted } from './completed-words.js';

/** The completion of zsh. */
export function zshScript(commands: readonly CompletedCommand[], use: string): string {
  const described = commands.map(({ name, describe }) => entry(name, describe)).join(' ');
  return `#compdef focalsweep
# Completion of focalsweep for zsh. To load it: ${use}
_focalsweep_sweeps() { # the sweeps of the database; silent where it cannot be read
  local -a db names
  local at=\${words[(I)--db]} inline=\${words[(R)--db=*]}
  if ((at > 0 && at < CURRENT)); then db=(--db "\${(Q)words[at + 1]}"); fi
  if [[ -n $inline ]]; then db=(--db "\${(Q)inline#--db=}"); fi
  names=("\${(@f)$("\${(Q)words[1]}" sweeps --format csv "\${db[@]}" 2>/dev/null </dev/null | tail -n +2 | cut -d, -f1)}")
  names=("\${(@)names:#}")
  ((\${#names})) && compadd -- "\${names[@]}"
}
_focalsweep() {
  local command=\${words[2]} prev=\${words[CURRENT - 1]}
  local -a commands options
  commands=(${described})
  if ((CURRENT == 2)) || [[ $command == help ]]; then
    _describe command commands
    return
  fi
  if [[ $PREFIX == --*=* ]]; then
    prev=\${PREFIX%%=*}
    compset -P '*='
  fi
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    case "$command" in
${commands.map(optionsCase).join('\n')}
    esac
    _describe -o option options
    return
  fi
  case "$command" in
${commands.map(({ name, argument }) => `    ${name}) ${offer(argument)} ;;`).join('\n')}
  esac
}
if [[ \${funcstack[1]} == _focalsweep ]]; then _focalsweep "$@"; else compdef _focalsweep focalsweep; fi
`;
}

/** A word with its description, as \`_describe\` takes them. */
function entry(word: string, describe: string): string {
  return shellQuoted(`${word}:${describe.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}`);
}

function valueCases({ name, options }: CompletedCommand): string[] {
  return options.flatMap(({ name: option, value }) =>
    value === undefined ? [] : [`    ${shellQuoted(`${name} --${option}`)}) ${offer(value)}; return ;;`],
  );
}

function optionsCase({ name, options }: CompletedCommand): string {
  const entries = options.map((option) => entry(`--${option.name}`, option.describe));
  return `      ${name}) options=(${entries.join(' ')}) ;;`;
}

function offer(given: Offer): string {
  if (given.type === 'words') return `compadd -- ${given.words.map(shellQuoted).join(' ')}`;
  if (given.type === 'files') return ['_files', ...filesPattern(given.endings)].join(' ');
  return given.type === 'sweeps' ? '_focalsweep_sweeps' : ':';
}

/** One ending in brackets would be a qualifier. */
function filesPattern(endings: readonly string[]): readonly string[] {
  if (endings.length === 0) return [];
  return ['-g', endings.length === 1 ? `'*.${endings[0]}'` : `'*.(${endings.join('|')})'`];
}
