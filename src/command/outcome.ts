/** `callmatch outcome`. */
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { placeOf } from '../offsets/place.ts';
import { type OffsetTarget, parseTarget } from '../offsets/target.ts';
import { type Chapter, chapterOf, inOrder } from '../story/story.ts';
import { maskedChapter, storyLines } from '../story/story-text.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { CommandEnd } from './exit-code.ts';
import { withExamples } from './help.ts';
import { connectOutcomes } from './outcome-connection.ts';
import { createProgress, type Progress } from './progress.ts';
import { listenForStop } from './stop-signal.ts';

interface OutcomeFlags {
  readonly since: OffsetTarget;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

export function outcomeCommand(): Command {
  const command = new Command('outcome')
    .description(
      'Says what became of one call: its outcomes, dead letters and parked records, with where it came from, who was ' +
        'found, or why not. It reads through these topics, which takes a while; --since makes it short. Numbers and names ' +
        'are masked. Ends with code 4 if there is nothing about the call.',
    )
    .argument('<call-id>', "the call's id at its source, as in externalCallId")
    .option(
      '--since <where>',
      'where to begin: earliest, a time with its zone, or how long ago, such as 2d (default: earliest)',
      (text: string) => parseTarget(text, systemClock.wall(), '--since'),
      { kind: 'earliest' } as const,
    )
    .option('--reveal', 'show full numbers and names')
    .option('--json', 'one JSON object a record')
    .action(async (id: string, flags: OutcomeFlags, command: Command) => {
      const { config } = await configOf(command);
      using progress = createProgress({ stream: process.stderr, silent: flags.json === true });
      const chapters = await read(config, id, flags.since, progress);
      progress.done();
      const lines = flags.json
        ? chapters.map((chapter) => JSON.stringify(flags.reveal ? chapter : maskedChapter(chapter)))
        : storyLines(flags.reveal ? chapters : chapters.map(maskedChapter));
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
      else if (!flags.json)
        process.stdout.write(`There is nothing about ${id}. Was it skipped? Skips are only counted.\n`);
      if (chapters.length === 0) throw new CommandEnd('findings');
    });
  return withExamples(withConfigOptions(command), [
    ['What became of a call', 'callmatch outcome 1768469400.26'],
    ['Of one of yesterday', 'callmatch outcome 1768469400.26 --since 2d'],
  ]);
}

async function read(config: Config, id: string, since: OffsetTarget, progress: Progress): Promise<Chapter[]> {
  const { topic: outcomes, dlqSuffix, parkedSuffix } = config.output;
  await using connection = await connectOutcomes(config);
  const { admin, reader, codec } = connection;
  using stop = listenForStop();

  const topics = [outcomes, ...config.sources.flatMap(({ topic }) => [topic + dlqSuffix, topic + parkedSuffix])];
  const ranges = await Promise.all(
    topics.map(async (topic) => {
      const place = await placeOf(admin, topic, since);
      return (await reader.bounds(topic)).map(({ partition, start, end }) => {
        return { topic, partition, from: Math.max(start, place({ partition, start, end })), to: end };
      });
    }),
  );
  const all = ranges.flat().reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  progress.step(`Reading ${all} records of ${topics.join(', ')}.`);
  const chapters: Chapter[] = [];
  let done = 0;
  for (const range of ranges.flat()) {
    await reader.read(
      range,
      range,
      (record) => {
        done += 1;
        progress.update(`${done} of ${all} records read, ${chapters.length} of them about the call`);
        const chapter = chapterOf(record, id, { outcomes, dlqSuffix, parkedSuffix }, codec);
        if (chapter !== undefined) chapters.push(chapter);
      },
      stop.signal,
    );
  }
  return inOrder(chapters);
}
