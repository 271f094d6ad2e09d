/** Gathers what there is to show of dead letters: their records decoded, their history, what would become of them. */
import type { Config } from '../config/schema.ts';
import { isSameCall, type Letter, readLetter, recordName } from '../dead-letters/letter.ts';
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import type { ShownLetter } from '../dead-letters/letter-text.ts';
import type { PartitionLetters } from '../dead-letters/reading.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import { createSourceStages, type SourceStages } from '../source-stages.ts';
import { createTrial, endName, type TrialSchemas } from '../trial/trial.ts';
import { createTrialPortals, type TrialPortal } from '../trial/trial-portals.ts';
import { recordsOf } from './chosen-records.ts';
import { judge } from './judging.ts';
import { bytesOfLetter } from './omitted-value.ts';
import { sourceOfLetter } from './redriven.ts';

export interface ShowingParts {
  readonly reader: Pick<RangeReader, 'read'>;
  readonly schemas: TrialSchemas;
  readonly signal: AbortSignal;
}

/** @param letters of this partition, in the order of the log. Rejects as the reader and the schemas do. */
export async function gatherLetters(
  place: Omit<PartitionLetters, 'log'>,
  letters: readonly OpenLetter[],
  config: Config,
  { reader, schemas, signal }: ShowingParts,
): Promise<ShownLetter[]> {
  const stagesOf = await createSourceStages(config, createTrialPortals(config.portals), schemas);
  const earlier = await earlierLetters(place, letters, reader, signal);
  const records = await recordsOf(place, letters, reader, signal);
  const shown: ShownLetter[] = [];
  for (const letter of letters) {
    const record = records.get(letter.offset);
    if (record === undefined) continue;
    const { headers } = record;
    const history = earlier.filter((one) => one.offset < letter.offset && isSameCall(one, letter));
    const bytes = await bytesOfLetter(letter, record, reader, signal);
    if (bytes.kind === 'gone') {
      shown.push({ letter, headers, history, record: `(${bytes.why})`, now: [] });
      continue;
    }
    // Of its own, so that a letter is not taken for a repeat of another one that is shown.
    const trial = await createTrial(config, schemas);
    const { ends } = await judge(letter, bytes, trial);
    const now = letter.isTaken
      ? ['only its outcome would be published']
      : ends.map(({ end }) => (end.kind === 'buried' ? `${endName(end)}, ${end.message}` : endName(end)));
    const decoded = decodedOf(stagesOf(letter.source.topic), sourceOfLetter(letter, bytes));
    shown.push({ letter, headers, history, record: decoded, now });
  }
  return shown;
}

/** All letters of the same records, whether they have an end or not. */
async function earlierLetters(
  { topic, partition, start, end }: Omit<PartitionLetters, 'log'>,
  letters: readonly OpenLetter[],
  reader: Pick<RangeReader, 'read'>,
  signal: AbortSignal,
): Promise<Letter[]> {
  const records = new Set(letters.map(({ source }) => recordName(source)));
  const found: Letter[] = [];
  await reader.read(
    { topic, partition },
    { from: start, to: end },
    (record) => {
      const letter = readLetter(record);
      if (letter !== undefined && records.has(recordName(letter.source))) found.push(letter);
    },
    signal,
  );
  return found;
}

function decodedOf(stages: SourceStages<TrialPortal>, source: SourceBytes): unknown {
  try {
    const decoded = stages.decode(source);
    if (decoded.kind === 'record') return decoded.record;
  } catch {
    // As for one that cannot be decoded.
  }
  return source.value?.toString() ?? '(no value)';
}
