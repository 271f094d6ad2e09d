/** The command line as a whole: what all commands share, and the page that `callmatch --help` shows. */
import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { CATALOG } from './catalog.ts';
import { EXIT_CODES } from './exit-code.ts';
import { HELP_STYLE, withExamples } from './help.ts';

/** Builds the program. Of the commands, only those are loaded whose name is among the arguments. */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('callmatch')
    .description('Streams call records from Kafka to HubSpot and publishes who called.')
    .version(VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .option('--verbose', 'show the stack of an error')
    .showHelpAfterError('Add --help to see what is possible.')
    .configureHelp({ ...HELP_STYLE, showGlobalOptions: true })
    .exitOverride();
  const help = new Command('help').argument('[command]').description('show help for a command');
  program.addHelpCommand(help.helpGroup('Help:'));
  for (const { name, summary, group, load } of CATALOG) {
    const command = args.includes(name) ? await load() : new Command(name);
    inherit(command, program);
    program.addCommand(command.summary(summary).helpGroup(group));
  }
  withExamples(program, [
    ['Try it on this machine, without an account or a cluster', 'callmatch dev'],
    ['See what the configuration amounts to, then run it', 'callmatch config check && callmatch run'],
  ]);
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`);
  return program.addHelpText('after', `\nExit codes:\n${codes.join('\n')}`);
}

/** Commands made on their own know nothing of the program's settings, such as throwing instead of exiting. */
function inherit(command: Command, from: Command): void {
  command.copyInheritedSettings(from);
  for (const child of command.commands) inherit(child, command);
}
