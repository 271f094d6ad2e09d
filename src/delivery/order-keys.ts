/** What must stay in source order, by `delivery.ordering`. Pure. */

export interface Ordering {
  readonly mode: 'key' | 'partition' | 'unordered';
  readonly by: 'call' | 'record-key' | 'portal';
}

/** Where a call comes from, as far as order is concerned. */
export interface Ordered {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
}

export type OrderKeys = (
  portal: string,
  call: { readonly externalCallId: string },
  record: Ordered,
) => readonly string[];

/**
 * The keys of a call: it waits for every earlier call that shares one. The call itself is always among them, whatever
 * the mode: two records of one call side by side would both be submitted, and make two engagements.
 */
export function createOrderKeys({ mode, by }: Ordering): OrderKeys {
  const ofCall: OrderKeys = (portal, { externalCallId }) => [`call ${portal}:${externalCallId}`];
  if (mode === 'unordered') return ofCall;
  if (mode === 'partition') {
    return (portal, call, record) => [`partition ${record.topic}/${record.partition}`, ...ofCall(portal, call, record)];
  }
  switch (by) {
    case 'call':
      return ofCall;
    case 'portal':
      // All of a portal's calls, so this one's as well.
      return (portal) => [`portal ${portal}`];
    case 'record-key':
      return (portal, call, record) => {
        // Latin-1 keeps bytes apart that are no UTF-8.
        const ofRecord = record.key === null ? [] : [`record ${record.key.toString('latin1')}`];
        return [...ofRecord, ...ofCall(portal, call, record)];
      };
  }
}

/**
 * The keys of a call that was parked, from those of one that was not: they are others, because a new call must not wait
 * for one that probes its portal. Order across portals ends where one is parked.
 */
export function parkedKeys(portal: string, keys: readonly string[]): string[] {
  return keys.map((key) => `parked ${portal} ${key}`);
}
