/** `callmatch mapping try`: what would become of records in files, without Kafka and without HubSpot. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../clock.ts';
import { loadMapping } from '../config/mapping-files.ts';
import { createRegistryClient } from '../registry/client.ts';
import { createWriterSchemas } from '../registry/writer-schemas.ts';
import { createExplainer, explain, type Told } from '../trial/explanation.ts';
import type { Division } from '../trial/input.ts';
import { describeMapping } from '../trial/mapping-summary.ts';
import { type PlacedRecord, readInput, recordsOf } from '../trial/records.ts';
import { endJson, endText, explanationJson, explanationText, paintFor, Sum } from '../trial/report.ts';
import { createTrial, type TrialEnd } from '../trial/trial.ts';
import { createTrialSchemas, type FileSchemas, readSchemaFile } from '../trial/trial-schemas.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { sourceOf, type TriedSource, withSourceOptions } from './mapping-source.ts';

interface Flags {
  readonly lines?: boolean;
  readonly whole?: boolean;
  readonly schema?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly at?: number;
  readonly explain?: boolean;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export function tryCommand(): Command {
  const command = new Command('try')
    .summary('map records from files, and show what would be sent')
    .description(
      'Maps records from files, or from standard input (-), and shows for each what would be sent to HubSpot, or why ' +
        'nothing would. Reads one JSON object, a list of some, one record a line (JSON, CSV, form) and .avro files. Phone ' +
        'numbers are masked. Sends and writes nothing. Ends with code 4 if a record would be buried.',
    )
    .argument('<file...>', 'files with records; - is the standard input')
    .addOption(new Option('--lines', 'one record a line').conflicts('whole').helpGroup(INPUT))
    .addOption(new Option('--whole', 'each file is one record, as it is').helpGroup(INPUT))
    .addOption(
      new Option('--schema <file>', 'Avro schema (.avsc) of values with a schema id in front').helpGroup(INPUT),
    )
    .addOption(
      new Option('--header <name=value>', 'Kafka header of the records; repeatable').argParser(header).helpGroup(INPUT),
    )
    .addOption(new Option('--key <text>', 'Kafka key of the records').helpGroup(INPUT))
    .addOption(
      new Option('--at <time>', 'Kafka timestamp of the records; now by default').argParser(time).helpGroup(INPUT),
    )
    .option('--explain', 'show which rules of the mapping gave what')
    .option('--reveal', 'show phone numbers in full')
    .option('--json', 'one JSON object a call, with the outcome')
    .action(run);
  return withExamples(withSourceOptions(command), [
    ['Try a shipped mapping', 'callmatch mapping try cdr.json --mapping asterisk --default-country CH'],
    [
      'Try one of your own, with a parameter',
      'callmatch mapping try Master.csv -m ./my.yaml -p timeZone=Europe/Zurich',
    ],
    [
      'See which rule gave each field, and why a call is skipped',
      'callmatch mapping try cdr.json -m ./my.yaml --explain',
    ],
    ['As the service would', 'kcat -b kafka:9092 -t pbx.cdr -C -e -o -100 | callmatch mapping try - --source pbx.cdr'],
  ]);
}

const INPUT = 'Records:';

function header(text: string, earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.');
  return { ...earlier, [name]: value };
}

function time(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Write a time such as 2026-01-15T12:00:00Z.');
  return ms;
}

async function run(files: readonly string[], flags: Flags, command: Command): Promise<void> {
  const tried = await sourceOf(command);
  await using resources = new AsyncDisposableStack();
  const schemas = createTrialSchemas({
    schema: flags.schema === undefined ? undefined : await readSchemaFile(flags.schema),
    registry: tried.isConfigured ? await registryOf(tried, resources) : undefined,
  });
  const explainer = flags.explain ? createExplainer() : undefined;
  const trial = await createTrial(tried.config, schemas, explainer?.trace);
  const { reveal = false, json = false } = flags;
  const paint = paintFor(process.stdout);
  const sum = new Sum();
  let isBuried = false;
  const show = (end: TrialEnd, place: string, told: readonly Told[] | undefined) => {
    sum.add(end.end);
    isBuried ||= end.end.kind === 'buried';
    const shown = { place, reveal };
    const rules = told === undefined ? [] : explain(end.end, told);
    const print = (text: string) => process.stdout.write(`${text}\n`);
    if (!json) {
      print(endText(end, shown, paint));
      if (rules.length > 0) print(explanationText(rules, shown, paint));
    } else if (told === undefined) print(JSON.stringify(endJson(end, shown)));
    else print(JSON.stringify({ ...endJson(end, shown), rules: explanationJson(rules, shown) }));
  };
  const showAll = (ends: readonly TrialEnd[], place: string) => {
    const told = explainer?.take() ?? [];
    // Nothing is told of a part that has become a call with others.
    const calls = ends.filter(({ end }) => end.kind !== 'folded');
    // Ends that no rule of a call made, such as one that cannot be decoded, are not among what was told.
    const isTold = told.length === calls.length;
    for (const end of ends) show(end, place, isTold ? told[calls.indexOf(end)] : undefined);
  };
  const division = await divisionOf(flags, tried);
  for (const file of files) {
    for (const { source, place } of await placedRecords(file, flags, division, tried, schemas)) {
      sum.addRecord();
      showAll(await trial.take(source), place);
    }
  }
  showAll(trial.close(), 'at the end');
  if (!json) process.stdout.write(`${sum.text()}\n`);
  if (isBuried) throw new CommandEnd('findings');
}

async function registryOf({ config }: TriedSource, resources: AsyncDisposableStack) {
  return createWriterSchemas(resources.use(await createRegistryClient(config.registry)), systemClock);
}

async function divisionOf({ lines, whole }: Flags, { source: { mapping } }: TriedSource): Promise<Division> {
  if (lines) return 'lines';
  if (whole) return 'whole';
  const { hasHeaderLine } = describeMapping(await loadMapping(typeof mapping === 'string' ? mapping : mapping.name));
  return hasHeaderLine ? 'auto-table' : 'auto';
}

async function placedRecords(
  file: string,
  { header = {}, key, at = systemClock.wall() }: Flags,
  division: Division,
  { source: { topic } }: TriedSource,
  schemas: FileSchemas,
): Promise<readonly PlacedRecord[]> {
  const headers = Object.fromEntries(Object.entries(header).map(([name, value]) => [name, Buffer.from(value)]));
  const frame = { topic, partition: 0, timestamp: at, key: key === undefined ? null : Buffer.from(key), headers };
  return recordsOf(file, await readInput(file), division, frame, schemas);
}
