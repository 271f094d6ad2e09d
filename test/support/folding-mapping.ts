/** A mapping whose calls are several records, as the legs of a call in Asterisk are. */

export const FOLDING_MAPPING = {
  name: 'legs',
  version: 1,
  requires: [{ exists: 'uniqueid' }],
  fold: {
    by: 'linkedid',
    end: { value: 'event', is: 'LINKEDID_END' },
    parts: { caller: { where: { filled: 'src' }, pick: 'first', by: 'sequence' } },
  },
  call: {
    externalCallId: { first: ['caller.linkedid', 'caller.uniqueid'] },
    direction: { constant: 'inbound' },
    status: { constant: 'COMPLETED' },
    talkSeconds: { duration: { in: 'all', take: 'billsec', pick: 'sum' }, unit: 's' },
    from: { number: 'caller.src' },
    to: { number: 'caller.dst' },
  },
};

/** One leg of a call; without a call it is one of its own. */
export function leg(linkedid: string | undefined, sequence: number, changes: object = {}) {
  const numbers = { src: '+12025550179', dst: '+12125550100' };
  return { linkedid, uniqueid: `${linkedid ?? 'own'}-${sequence}`, sequence, ...numbers, billsec: 10, ...changes };
}
