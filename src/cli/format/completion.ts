export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export interface CommandNode {
  /** Names from the program on, without its own: `['rules', 'push']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** Words that its argument may be. */
  readonly choices: readonly string[];
  /** What its arguments are. */
  readonly takes: 'nothing' | 'words' | 'files';
  readonly children: readonly CommandNode[];
}

export interface CompletedOption {
  readonly name: string;
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** Words that it may be; empty: any, or a file. */
  readonly values: readonly string[];
}

/** Scripts that know all words beforehand: completing starts no program, and asks no shield. */
export function completionScript(shell: (typeof SHELLS)[number], root: CommandNode): string {
  switch (shell) {
    case 'bash':
      return bash(root);
    case 'zsh':
      // zsh runs bash's completions, and there is one script less to keep true.
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(root)}`;
    case 'fish':
      return fish(root);
  }
}

function flatten(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(flatten)];
}

/**
 * The command that is being written is found word by word: only words that name a command lead on. Options are offered to whoever
 * begins one, and else commands and choices; where there is nothing of either the shell offers files.
 */
function bash(root: CommandNode): string {
  const nodes = flatten(root);
  const steps = nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `      '${path.join(' ')}') at="$next" ;;`);
  const cases = nodes.map(({ path, children, choices, takes, options }) => {
    const names = options.map(({ name }) => name);
    const words = [...children.map((child) => child.path.at(-1) ?? ''), ...choices];
    const offered = words.length === 0 && takes === 'nothing' ? names : words;
    return `    '${path.join(' ')}') offered='${offered.join(' ')}' options='${names.join(' ')}' ;;`;
  });
  const values = nodes.flatMap(({ path, options }) =>
    options
      .filter((option) => option.takesValue)
      .map(({ name, values }) => `    '${path.join(' ')} ${name}') offered='${values.join(' ')}' options='' ;;`),
  );
  return `_edgeshield() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local at='' next offered='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${at:+$at }\${COMP_WORDS[i]}"
    case "$next" in
${steps.join('\n')}
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "$at $before" in
${values.join('\n')}
  esac
  if [[ "$current" == -* ]]; then offered="$options"; fi
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}
complete -o default -F _edgeshield edgeshield
`;
}

/** As bash's, word by word: `__fish_seen_subcommand_from` would take the `list` of `rules list` for the other `list`. */
function fish(root: CommandNode): string {
  const nodes = flatten(root);
  const names = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quote(path.join(' ')));
  const lines = nodes.flatMap((node) => {
    const condition = `test (__edgeshield_at) = ${JSON.stringify(node.path.join(' '))}`;
    const line = (rest: string, description = '') =>
      `complete -c edgeshield -n ${quote(condition)} ${rest}${description === '' ? '' : ` -d ${quote(description)}`}`;
    return [
      ...(node.takes === 'files' ? [] : [line('-f')]),
      ...node.children.map(({ path, description }) => line(`-a ${path.at(-1)}`, description)),
      ...node.choices.map((choice) => line(`-a ${choice}`)),
      ...node.options.map(({ name, description, takesValue, values }) => {
        const flag = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
        // -x: a value and no file; -r: a value, which may be a file.
        const value = values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : takesValue ? ' -r' : '';
        return line(`${flag}${value}`, description);
      }),
    ];
  });
  return `function __edgeshield_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$at $word")
    switch "$next"
      case ${names.join(' ')}
        set at "$next"
    end
  end
  echo "$at"
end
${lines.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
