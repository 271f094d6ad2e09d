/** Whose the calls of late were, from the newest outcomes. */
import type { RangeReader } from '../kafka/range-reader.ts';
import type { OutcomeCodec } from '../outcome/enriched-call.ts';
import type { Recent } from './estimate.ts';

/** Enough to tell one part in a hundred. */
const OUTCOMES = 1_000;

/**
 * Reads the newest outcomes of every partition. `records` are the source records between the first and the last of them,
 * so that what is skipped without an outcome counts as none.
 */
export async function recentCalls(
  topic: string,
  reader: Pick<RangeReader, 'bounds' | 'read'>,
  codec: Pick<OutcomeCodec, 'read'>,
): Promise<Recent> {
  const bounds = await reader.bounds(topic);
  const each = Math.ceil(OUTCOMES / Math.max(1, bounds.length));
  const callsByPortal = new Map<string, number>();
  const seen = new Map<string, { first: number; last: number }>();
  for (const { partition, start, end } of bounds) {
    await reader.read({ topic, partition }, { from: Math.max(start, end - each), to: end }, ({ value }) => {
      const outcome = codec.read(value);
      if (outcome === undefined) return;
      if (outcome.outcome === 'enriched') {
        callsByPortal.set(outcome.portal, (callsByPortal.get(outcome.portal) ?? 0) + 1);
      }
      for (const source of outcome.sources) {
        const name = `${source.topic}/${source.partition}`;
        const { first, last } = seen.get(name) ?? { first: source.offset, last: source.offset };
        seen.set(name, { first: Math.min(first, source.offset), last: Math.max(last, source.offset) });
      }
    });
  }
  const records = [...seen.values()].reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return { records, callsByPortal };
}
