/** Calls that earlier redrives have brought to an end, as far as the outcomes tell. Pure. */
import { type Letter, recordName } from '../dead-letters/letter.ts';
import { redriveGroup } from '../dead-letters/letter-log.ts';
import { callName } from '../outcome/call-name.ts';
import type { EnrichedCall } from '../outcome/enriched-call.ts';

export class EarlierEnds {
  readonly #group: string;
  /** Names of calls, by source record. */
  readonly #calls = new Map<string, Set<string>>();

  /** @param group of the service */
  constructor(group: string) {
    this.#group = redriveGroup(group);
  }

  add({ group, sources, callIndex, externalCallId }: EnrichedCall): void {
    if (group !== this.#group) return;
    for (const { topic, partition, offset } of sources) {
      const record = recordName({ topic, partition, offset: Number(offset) });
      this.#calls.set(record, (this.#calls.get(record) ?? new Set()).add(callName(callIndex, externalCallId)));
    }
  }

  /** @param call its name among those of its record */
  has({ source }: Letter, call: string): boolean {
    return this.#calls.get(recordName(source))?.has(call) ?? false;
  }
}
