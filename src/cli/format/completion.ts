export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export interface CommandNode {
  /** Names from the program on, without its own: `['rules', 'push']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly { readonly name: string; readonly description: string }[];
  /** Words that its argument may be. */
  readonly choices: readonly string[];
  readonly children: readonly CommandNode[];
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

function words({ children, choices, options }: CommandNode): readonly string[] {
  return [...children.map(({ path }) => path.at(-1) ?? ''), ...choices, ...options.map(({ name }) => name)];
}

/** The command that is being written is found word by word: only words that name a command lead on. */
function bash(root: CommandNode): string {
  const nodes = flatten(root);
  const steps = nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `      '${path.join(' ')}') at="$next" ;;`);
  const cases = nodes.map((node) => `    '${node.path.join(' ')}') words='${words(node).join(' ')}' ;;`);
  return `_edgeshield() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at='' next word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    next="\${at:+$at }$word"
    case "$next" in
${steps.join('\n')}
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _edgeshield edgeshield
`;
}

function fish(root: CommandNode): string {
  const lines = flatten(root).flatMap((node) => {
    const condition = fishCondition(node);
    const line = (rest: string, description: string) =>
      `complete -c edgeshield -n ${quote(condition)} ${rest} -d ${quote(description)}`;
    return [
      ...node.children.map(({ path, description }) => line(`-f -a ${path.at(-1)}`, description)),
      ...node.choices.map((choice) => line(`-f -a ${choice}`, '')),
      ...node.options.map(({ name, description }) =>
        line(name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`, description),
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function fishCondition({ path, children }: CommandNode): string {
  if (path.length === 0) return '__fish_use_subcommand';
  const inside = path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
  if (children.length === 0) return inside;
  return `${inside}; and not __fish_seen_subcommand_from ${children.map((child) => child.path.at(-1)).join(' ')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
