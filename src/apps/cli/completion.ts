import { Command, type Option } from 'commander';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

/** What can be typed after a command line: its sub-commands and its long options. */
interface Place {
  /** Words after `acgs`: `hook install`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly meaning: string }[];
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `acgs completion`: prints a script that knows every command and option; made from the commands themselves. */
export function createCompletionCommand(io: CliIo, loadProgram: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a completion script for your shell')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText(
      'after',
      `
Examples:
  acgs completion bash > ~/.local/share/bash-completion/completions/acgs
  acgs completion zsh > "\${fpath[1]}/_acgs"
  acgs completion fish > ~/.config/fish/completions/acgs.fish`,
    )
    .action(async (shell: string) => {
      const places = placesOf(await loadProgram());
      if (shell === 'bash') io.out(bashScript(places));
      else if (shell === 'zsh') io.out(zshScript(places));
      else if (shell === 'fish') io.out(fishScript(places));
      else throw failure(EXIT.usage, `there is no completion for "${shell}"; there is for ${SHELLS.join(', ')}`);
    });
}

export function placesOf(command: Command, path: readonly string[] = []): readonly Place[] {
  const subcommands = command.commands.map((sub) => ({
    word: sub.name(),
    meaning: sub.summary() || sub.description(),
  }));
  const options = command.options.flatMap((option: Option) =>
    option.long === undefined || option.hidden ? [] : [{ word: option.long, meaning: option.description }],
  );
  const words = [...subcommands, ...options, { word: '--help', meaning: 'how to use it' }];
  return [{ path: path.join(' '), words }, ...command.commands.flatMap((sub) => placesOf(sub, [...path, sub.name()]))];
}

/** The words before the cursor that are commands lead to a place; what starts with a dash and its value is passed over. */
function bashScript(places: readonly Place[]): string {
  const cases = places.map(({ path, words }) => `    '${path}') echo '${words.map(({ word }) => word).join(' ')}' ;;`);
  return `# acgs completion for bash; made by "acgs completion bash"
_acgs_words() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_acgs() {
  local place='' next word current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$word" = -- ] && return
    next="\${place:+$place }$word"
    if _acgs_words "$next" >/dev/null; then place="$next"; fi
  done
  COMPREPLY=($(compgen -W "$(_acgs_words "$place")" -- "$current"))
}
complete -o default -F _acgs acgs
`;
}

function zshScript(places: readonly Place[]): string {
  const cases = places.map(({ path, words }) => {
    const described = words.map(({ word, meaning }) => shellQuote(`${word}:${oneLine(meaning)}`));
    return `    ${shellQuote(path)}) found=(${described.join(' ')}) ;;`;
  });
  return `#compdef acgs
# acgs completion for zsh; made by "acgs completion zsh"
_acgs_found() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_acgs() {
  local place='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -- ]] && { _default; return }
    _acgs_found "\${place:+$place }$word" && place="\${place:+$place }$word"
  done
  _acgs_found "$place"
  _describe acgs found
  _files
}
compdef _acgs acgs
`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words }) => {
    const condition = shellQuote(`__acgs_at ${path}`.trim());
    return words.map(({ word, meaning }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c acgs -n ${condition} ${what} -d ${shellQuote(oneLine(meaning))}`;
    });
  });
  return `# acgs completion for fish; made by "acgs completion fish"
function __acgs_at
  set -l typed (commandline -opc | string match -v -- '-*')[2..]
  test "$typed" = "$argv"
end
${lines.join('\n')}
`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(':', ',');
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
