import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type CommandNode } from '../format/completion.ts';
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
        ["alias edgeshield='npx edgeshield'", 'in a clone, where there is no command of that name'],
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
    options: options.flatMap(({ long, short, description }) =>
      [long, short].flatMap((name) => (name ? [{ name, description }] : [])),
    ),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    children: command.commands.map((child) => describe(child, [...path, child.name()])),
  };
}
