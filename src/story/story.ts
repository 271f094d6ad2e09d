/** What became of one call, gathered from the topics in the order that they tell it. Pure. */
import type { ReadRecord } from '../kafka/range-reader.ts';
import { ownHeaders, readDeadLetter } from '../outcome/dead-letter.ts';
import type { EnrichedCall, OutcomeCodec } from '../outcome/enriched-call.ts';

/** What stands in one record of an output topic about the call. */
export type Chapter =
  | { readonly kind: 'outcome'; readonly at: Place; readonly time: number; readonly outcome: EnrichedCall }
  | {
      readonly kind: 'buried' | 'parked';
      readonly at: Place;
      readonly time: number;
      /** The headers `callmatch.…`, without the prefix. */
      readonly headers: Readonly<Record<string, string>>;
    };

export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface StoryTopics {
  readonly outcomes: string;
  readonly dlqSuffix: string;
  readonly parkedSuffix: string;
}

/**
 * The chapter that a record is about the call with this id; undefined when it is about something else.
 * @param codec of the outcomes
 */
export function chapterOf(
  record: ReadRecord,
  externalCallId: string,
  topics: StoryTopics,
  codec: Pick<OutcomeCodec, 'read'>,
): Chapter | undefined {
  const { topic, partition, offset, timestamp: time, value } = record;
  const at = { topic, partition, offset };
  if (topic === topics.outcomes) {
    // The key is `<portal>:<id>`; most records are told by it, without decoding them.
    if (record.key !== null && !record.key.toString().endsWith(externalCallId)) return undefined;
    const outcome = codec.read(value);
    return outcome?.externalCallId === externalCallId ? { kind: 'outcome', at, time, outcome } : undefined;
  }
  const origin = readDeadLetter(record.headers);
  if (origin === undefined) return undefined;
  // What could not be mapped has no id: then whether it is the call is told by its bytes.
  const isIt =
    origin.externalCallId === undefined ? holds(record, externalCallId) : origin.externalCallId === externalCallId;
  if (!isIt) return undefined;
  const kind = topic.endsWith(topics.parkedSuffix) ? 'parked' : 'buried';
  return { kind, at, time, headers: ownHeaders(record.headers) };
}

function holds({ key, value }: ReadRecord, text: string): boolean {
  return key?.toString() === text || (value?.includes(text) ?? false);
}

/** In the order of time; of one time in that of the way of a call. */
export function inOrder(chapters: readonly Chapter[]): Chapter[] {
  const rank = { parked: 0, buried: 1, outcome: 2 } as const;
  return chapters.toSorted((left, right) => left.time - right.time || rank[left.kind] - rank[right.kind]);
}
