/** `callmatch mapping test`: runs what is expected of mappings, from the files beside them. */
import { readdir } from 'node:fs/promises';
import { Command } from 'commander';
import { createCoverage } from '../trial/coverage.ts';
import { paintFor } from '../trial/report.ts';
import { TEST_SUFFIX } from '../trial/test-file.ts';
import { exists, findTestFiles, testFileOf } from '../trial/test-files.ts';
import { type CaseResult, caseJson, caseText, coverageJson, coverageText, sumText } from '../trial/test-report.ts';
import { runTestFile } from '../trial/test-run.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';

interface Flags {
  readonly coverage?: boolean;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export function testCommand(): Command {
  const command = new Command('test')
    .summary('run what is expected of mappings')
    .description(
      'Runs the tests of mappings: records, and what has to become of them, in NAME.test.yaml beside the mapping ' +
        'NAME.yaml. Without arguments those in the current folder, else those of the configured sources. Phone numbers ' +
        'are masked. Ends with code 4 if something is not as expected.',
    )
    .argument('[name...]', 'mappings, test files or folders of test files')
    .option('--coverage', 'list the rules that no case needed')
    .option('--reveal', 'show phone numbers in full')
    .option('--json', 'one JSON object a case')
    .action(run);
  return withExamples(withConfigOptions(command), [
    ['Test all mappings of this folder', 'callmatch mapping test'],
    ['Find the rules that no case needs', 'callmatch mapping test my-switch.yaml --coverage'],
    ['Test one, and one that is shipped', 'callmatch mapping test my-switch.yaml asterisk'],
  ]);
}

async function run(
  names: readonly string[],
  { coverage: isCovered = false, reveal = false, json = false }: Flags,
  command: Command,
): Promise<void> {
  const files = await findTestFiles(names.length > 0 ? names : await namesByDefault(command));
  const paint = paintFor(process.stdout);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const results: CaseResult[] = [];
  for (const path of files) {
    if (!json) print(path);
    const coverage = isCovered ? createCoverage() : undefined;
    for await (const result of runTestFile(path, coverage?.trace)) {
      results.push(result);
      print(json ? JSON.stringify(caseJson(result, reveal)) : caseText(result, reveal, paint));
    }
    if (coverage !== undefined) print(json ? JSON.stringify(coverageJson(path, coverage)) : coverageText(coverage));
  }
  if (!json) print(sumText(results));
  if (results.some(({ differences }) => differences.length > 0)) throw new CommandEnd('findings');
}

/** The tests in the current folder, else those of the mappings that are configured, as far as they have some. */
async function namesByDefault(command: Command): Promise<readonly string[]> {
  const isConfigured = command.opts<{ config?: string }>().config !== undefined;
  if (!isConfigured && (await readdir('.')).some((file) => file.endsWith(TEST_SUFFIX))) return ['.'];
  const { config } = await configOf(command);
  const mappings = config.sources.map(({ mapping }) => (typeof mapping === 'string' ? mapping : mapping.name));
  const found: string[] = [];
  for (const mapping of mappings) if (await exists(testFileOf(mapping))) found.push(mapping);
  return found.length > 0 ? found : mappings;
}
