/** Puts the choice of the dead letters behind the mapping: of a record that comes again only the call that failed. Pure. */
import type { Mapped } from '../cdr/mapping/mapping.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import type { EnrichedBefore } from '../replay/enriched-before.ts';
import { type CallPart, isPart, type PlacedParts, type Routed, type SourceStages } from '../source-stages.ts';
import { isRedriven, type Redriven } from './redriven.ts';
import { wantedCalls } from './wanted-call.ts';

type Given = Routed | CallPart;

export type Before = Pick<EnrichedBefore, 'has' | 'hasId' | 'counts'>;

export interface Redriving {
  readonly selecting: (stagesOf: (topic: string) => SourceStages) => (topic: string) => SourceStages;
  /** Calls that were left out so far: others of the same records. They are counted as `filtered`. */
  readonly others: number;
}

/** @param before tells which calls have an engagement: such a call is not sent again */
export function createRedriving(before: Before): Redriving {
  let others = 0;
  /** Records that have parts of several calls: which of them are meant shows when they are joined. */
  const mixed = new WeakSet<SourceBytes>();
  const chosen = (ends: readonly Given[], source: Redriven, portal: () => Routed['portal']): Given[] => {
    const { letter } = source;
    const { callIndex, externalCallId, fold } = letter;
    if (fold !== undefined && ends.length > 1) mixed.add(source);
    if (fold !== undefined) return [...ends];
    // A part has no id by itself.
    const ids = ends.map((end, at) =>
      isPart(end) ? (at === callIndex ? externalCallId : undefined) : idOf(end.mapped),
    );
    const wanted = new Set(wantedCalls(letter, ids));
    const gone = { ...GONE, ...(externalCallId !== undefined && { externalCallId }) };
    // It is buried under the place that it had.
    const length = wanted.size > 0 ? ends.length : Math.max(ends.length, callIndex + 1);
    return Array.from({ length }, (_, index): Given => {
      const end = ends[index];
      if (end !== undefined && wanted.has(index)) return isPart(end) ? end : unlessEngaged(end, source, index, before);
      if (wanted.size === 0 && index === callIndex) return { portal: portal(), mapped: gone };
      others += 1;
      return NOT_CHOSEN;
    });
  };
  const joined = (end: Routed, parts: PlacedParts): Routed => {
    const [{ source, callIndex }] = parts;
    if (!isRedriven(source)) return end;
    const id = idOf(end.mapped);
    const isOther = parts.every((part) => isRedriven(part.source) && part.source.letter.externalCallId !== id);
    if (id === undefined || !isOther || !parts.some((part) => mixed.has(part.source)))
      return unlessEngaged(end, source, callIndex, before);
    others += 1;
    return NOT_CHOSEN;
  };
  const behind = (stages: SourceStages): SourceStages => {
    const { fold } = stages;
    return {
      ...stages,
      map(record, source) {
        const ends = stages.map(record, source);
        return isRedriven(source) ? chosen(ends, source, () => stages.portal(source)) : ends;
      },
      fold: fold && { ...fold, join: (parts) => joined(fold.join(parts), parts) },
    };
  };
  return {
    selecting(stagesOf) {
      const stages = new Map<string, SourceStages>();
      return (topic) => {
        const known = stages.get(topic) ?? behind(stagesOf(topic));
        stages.set(topic, known);
        return known;
      };
    },
    get others() {
      return others;
    },
  };
}

/** Whether the call has an engagement: by its id, and where not all ids could be kept by its place, too. */
export function isEngaged(
  before: Before,
  { topic, partition, offset }: Pick<Redriven, 'topic' | 'partition' | 'offset'>,
  callIndex: number,
  portal: string,
  externalCallId: string,
): boolean {
  if (before.hasId(portal, externalCallId)) return true;
  // A mapping that has changed may give another call at that place.
  return before.counts.droppedIds > 0 && before.has({ topic, partition }, offset, callIndex, portal, externalCallId);
}

function unlessEngaged(end: Routed, source: Redriven, callIndex: number, before: Before): Routed {
  const { portal, mapped } = end;
  if (mapped.kind !== 'call' || portal === undefined) return end;
  if (!isEngaged(before, source, callIndex, portal.name, mapped.call.externalCallId)) return end;
  return { portal, mapped: { kind: 'skip', reason: 'already-enriched' } };
}

function idOf(mapped: Mapped): string | undefined {
  return mapped.kind === 'failure' ? mapped.externalCallId : mapped.call?.externalCallId;
}

const NOT_CHOSEN: Routed = { portal: undefined, mapped: { kind: 'skip', reason: 'filtered' } };

const GONE = { kind: 'failure', code: 'parked-call-gone', message: 'the record gives no such call any more' } as const;
