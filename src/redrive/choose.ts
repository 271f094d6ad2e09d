/** Reads the dead letters and picks those that are meant and can be dealt with. */
import type { Config } from '../config/schema.ts';
import { foldName } from '../dead-letters/letter.ts';
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import { type PartitionLetters, readLetters } from '../dead-letters/reading.ts';
import { createLetterFilter, type LetterFilter } from '../dead-letters/selection.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import { Counts } from './counts.ts';
import type { LetterStretch } from './letter-source.ts';
import type { RedriveSurroundings } from './request.ts';

export interface ChosenLetters {
  readonly partitions: readonly PartitionLetters[];
  readonly stretches: readonly LetterStretch[];
  /** How many are meant. */
  readonly count: number;
  /** How many of them cannot be redriven, by reason. */
  readonly left: Counts;
}

/** @param topics source topics. Rejects as the reader does. */
export async function chooseLetters(
  topics: readonly string[],
  filter: LetterFilter,
  config: Config,
  reader: RangeReader,
  { step, reading, signal }: Pick<RedriveSurroundings, 'step' | 'reading' | 'signal'>,
): Promise<ChosenLetters> {
  const partitions = await readLetters(
    topics.map((topic) => topic + config.output.dlqSuffix),
    config.kafka.groupId,
    reader,
    (done, all) => reading(`reading the dead letters: ${done} of ${all} records`),
    signal,
  );
  const isChosen = createLetterFilter(filter);
  const left = new Counts();
  const chosen = partitions.map(({ topic, partition, log }): LetterStretch => {
    return { topic, partition, letters: withTheirFolds(log.letters(), isChosen) };
  });
  const all = chosen.flatMap(({ letters }) => letters);
  const doubts = all.filter(({ isIssued }) => isIssued).length;
  step(`${all.length} dead letters are chosen.`);
  if (doubts > 0) step(`HubSpot may have ${doubts} of them: they are looked up there before they are sent again.`);
  const stretches = chosen.map(({ letters, ...place }): LetterStretch => {
    const able = letters.filter(({ portal }) => portal === undefined || config.portals[portal]?.enabled !== false);
    if (able.length < letters.length) left.add('portal-disabled', letters.length - able.length);
    return { ...place, letters: able };
  });
  return { partitions, stretches, count: all.length, left };
}

/** A call of several records is to be done with all of them. */
function withTheirFolds(letters: readonly OpenLetter[], isChosen: (letter: OpenLetter) => boolean): OpenLetter[] {
  const folds = new Set(letters.filter(isChosen).flatMap((letter) => foldName(letter) ?? []));
  return letters.filter((letter) => isChosen(letter) || folds.has(foldName(letter) ?? ''));
}
