/** What the CRM does wrong in a chaos run: it cuts connections and never answers, before and after it has written. */
import { z } from 'zod';
import type { Crm } from '../../src/crm/server.ts';

/** Part of the requests that meets each of the four faults: one in a hundred meets any. */
const SHARE = 0.0025;

export function addFaults(crm: Crm, seed: number): void {
  crm.addFault({ kind: 'reset-before-write', share: SHARE, seed });
  crm.addFault({ kind: 'reset-after-write', share: SHARE, seed: seed + 1 });
  crm.addFault({ kind: 'hang', share: SHARE, seed: seed + 2 });
  crm.addFault({ kind: 'hang', share: SHARE, seed: seed + 3, writes: true });
}

const listing = z.object({
  faults: z.array(z.object({ kind: z.string(), writes: z.boolean().optional(), hits: z.int() })),
});

export interface FaultHits {
  readonly all: number;
  /** Requests that were carried out though the client was not told. */
  readonly afterWriting: number;
}

/** How many requests the faults have hit since they were added. */
export async function faultHits(crm: Crm): Promise<FaultHits> {
  const answer = await fetch(`${crm.url}/_sim/faults`);
  const { faults } = listing.parse(await answer.json());
  const sum = (some: typeof faults) => some.reduce((total, { hits }) => total + hits, 0);
  const written = faults.filter(({ kind, writes }) => kind === 'reset-after-write' || writes === true);
  return { all: sum(faults), afterWriting: sum(written) };
}
