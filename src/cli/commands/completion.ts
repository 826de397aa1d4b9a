import { Argument, type Command, type Option } from 'commander';
import { completionScript, SHELLS, type CommandNode, type CompletedOption } from '../format/completion.ts';
import { examples } from '../format/help.ts';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('A script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'which').choices(SHELLS))
    .addHelpText(
      'after',
      examples([
        ['source <(edgeshield completion bash)', 'in ~/.bashrc'],
        ['source <(edgeshield completion zsh)', 'in ~/.zshrc, after compinit'],
        ['edgeshield completion fish > ~/.config/fish/completions/edgeshield.fish', 'once'],
        ['edgeshield() { npx edgeshield "$@"; }', 'the command itself, in a clone; an alias zsh does not complete'],
      ]),
    )
    .action((shell: (typeof SHELLS)[number]) => {
      process.stdout.write(completionScript(shell, describe(program, [])));
    });
}

function describe(command: Command, path: readonly string[]): CommandNode {
  const help = command.createHelp();
  help.showGlobalOptions = true;
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  return {
    path,
    description: command.description(),
    options: options.flatMap((option) =>
      [option.long, option.short].flatMap((name) => (name ? [describeOption(option, name)] : [])),
    ),
    takes: takenBy(command),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    children: command.commands.map((child) => describe(child, [...path, child.name()])),
  };
}

function takenBy({ registeredArguments: taken }: Command): CommandNode['takes'] {
  if (taken.length === 0) return 'nothing';
  return taken.some((argument) => argument.name() === 'file') ? 'files' : 'words';
}

function describeOption(option: Option, name: string): CompletedOption {
  const { description, argChoices, parseArg } = option;
  const words = parseArg !== undefined && 'words' in parseArg && isWords(parseArg.words) ? parseArg.words : [];
  return { name, description, takesValue: option.required || option.optional, values: argChoices ?? words };
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
