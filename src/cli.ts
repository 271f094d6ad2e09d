/** The entry of the process: arguments in, exit code out. Nothing else reads `process.argv` or ends the process. */
import { CommanderError } from 'commander';
import { errorReport } from './command/error-report.ts';
import { CommandEnd, EXIT_CODES, exitCodeOf } from './command/exit-code.ts';
import { createProgram } from './command/program.ts';

export async function main(): Promise<void> {
  const args = process.argv.slice(2);
  let verbose = args.includes('--verbose');
  const end = (error: unknown): never => {
    // Commander has printed its message, and a command that ends itself its result.
    const said = error instanceof CommanderError || error instanceof CommandEnd;
    if (!said) process.stderr.write(`${errorReport(error, { verbose, stream: process.stderr })}\n`);
    return process.exit(exitCodeOf(error));
  };
  // Also where the second signal and every rejection that nobody handles arrive.
  process.on('uncaughtException', end);
  process.stdout.on('error', endAtBrokenPipe);

  const program = await createProgram(args);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    verbose = program.opts<{ verbose?: boolean }>().verbose === true;
    end(error);
  }
  // A forgotten handle must not keep a finished command alive, but what it wrote must get out.
  process.stdout.write('', () => process.exit(EXIT_CODES.done.code));
}

/** `callmatch config schema | head` closes the pipe early; that is no failure. */
function endAtBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT_CODES.done.code);
  throw error;
}

if (import.meta.main) await main();
