/** `callmatch dlq`. */
import { Command } from 'commander';
import { listCommand } from './dlq-list.ts';
import { purgeCommand } from './dlq-purge.ts';
import { redriveCommand } from './dlq-redrive.ts';
import { showCommand } from './dlq-show.ts';

export function dlqCommand(): Command {
  return new Command('dlq')
    .description(
      'The dead letters: calls that could not be done, each with its record and the reason. They stay in ' +
        '<source>.dlq until they are redriven or purged.',
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand())
    .addCommand(purgeCommand());
}
