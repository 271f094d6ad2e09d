/** Who waits at a gate, on a clock held still. */
import { CallmatchError } from '../../src/errors.ts';
import { createGate, type Gate, type PortalState } from '../../src/hubspot/gate.ts';
import { ManualClock } from './manual-clock.ts';

/** Trouble that takes long, and an outage. */
export const revoked = new CallmatchError('crm-unauthorized', '401');
export const down = new CallmatchError('crm-unreachable', 'refused');

export function setUpGate() {
  const clock = new ManualClock();
  const changes: PortalState[] = [];
  const gate = createGate(clock, (state) => changes.push(state));
  return { clock, gate, changes };
}

/** Waits at the gate and notes what came of it. */
export function enter(gate: Gate, signal: AbortSignal = new AbortController().signal, isProof = true) {
  const entry: { result: boolean | 'refused' | undefined } = { result: undefined };
  gate.pass(signal, isProof).then(
    (isProbe) => {
      entry.result = isProbe;
    },
    () => {
      entry.result = 'refused';
    },
  );
  return entry;
}
