/** The look of `--help`: the same for every command. */
import { styleText } from 'node:util';
import type { Command, HelpConfiguration } from 'commander';

/** Styles for commander, which takes them out again where the output has no colours. */
export const HELP_STYLE: HelpConfiguration = {
  styleTitle: (title) => styleText('bold', title, { validateStream: false }),
  styleCommandText: (text) => styleText('cyan', text, { validateStream: false }),
  styleSubcommandText: (text) => styleText('cyan', text, { validateStream: false }),
  styleOptionText: (text) => styleText('green', text, { validateStream: false }),
};

/** Adds examples to the end of a command's help: what it does, and the command line. */
export function withExamples(command: Command, examples: readonly (readonly [does: string, line: string])[]): Command {
  const lines = examples.map(([does, line]) => `  # ${does}\n  $ ${line}`);
  return command.addHelpText('after', ({ command }) => {
    const title = command.createHelp().styleTitle('Examples:');
    return `\n${title}\n${lines.join('\n')}`;
  });
}
