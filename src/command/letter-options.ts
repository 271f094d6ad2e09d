/** Which dead letters a command is about: the same options at each. */
import type { Command } from 'commander';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { type LetterFilter, type LetterPlace, parsePlace } from '../dead-letters/selection.ts';
import { CallmatchError } from '../errors.ts';
import { parseTarget } from '../offsets/target.ts';

export interface LetterFlags {
  readonly code?: readonly string[];
  readonly portal?: readonly string[];
  readonly externalId?: readonly string[];
  readonly offset?: readonly LetterPlace[];
  readonly from?: number;
  readonly to?: number;
  readonly topic?: readonly string[];
}

export function withLetterOptions(command: Command): Command {
  return command
    .option('--code <code>', 'only letters with this error code; repeatable', several)
    .option('--portal <name>', 'only letters of this portal; repeatable', several)
    .option('--external-id <id>', 'only letters about this call; repeatable', several)
    .option('--offset <partition:offset>', 'only the letter at this place; repeatable', places)
    .option('--from <time>', 'buried from then on: a time with its zone, or how long ago, such as 2d', time('--from'))
    .option('--to <time>', 'buried before then', time('--to'))
    .option('--topic <source>', 'only letters of this source topic; repeatable', several);
}

export function filterOf({ code, portal, externalId, offset, from, to }: LetterFlags): LetterFilter {
  return { codes: code, portals: portal, externalIds: externalId, places: offset, from, to };
}

/** The source topics that are meant. Throws `offsets-invalid` for what is none. */
export function topicsOf(config: Config, { topic, offset }: LetterFlags): string[] {
  const sources = config.sources.map((source) => source.topic);
  const strange = topic?.find((name) => !sources.includes(name));
  if (strange !== undefined) {
    throw new CallmatchError('offsets-invalid', `${strange} is no source; those are ${sources.join(', ')}`);
  }
  const chosen = topic ?? sources;
  if (offset !== undefined && chosen.length > 1) {
    throw new CallmatchError('offsets-invalid', '--offset is a place in one topic: name its source with --topic');
  }
  return [...chosen];
}

function several(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function places(text: string, earlier: readonly LetterPlace[] = []): readonly LetterPlace[] {
  return [...earlier, parsePlace(text)];
}

/** Epoch milliseconds. */
function time(option: string): (text: string) => number {
  return (text) => {
    const target = parseTarget(text, systemClock.wall(), option);
    if (target.kind === 'time') return target.time;
    throw new CallmatchError('offsets-invalid', `${option} ${text}: expected a time, or how long ago, such as 2d`);
  };
}
