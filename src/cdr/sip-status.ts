/** Final SIP responses, and what they say of a call that was not answered. Source: RFC 3261, 3326, 8197. Pure. */
import type { FinalCallStatus } from './call.ts';
import type { Ending, ReleaseCause } from './ending.ts';
import { textOf } from './scalar.ts';

/** All other final responses from 400 on are failures. */
const ENDINGS: ReadonlyMap<number, Ending> = new Map<number, Ending>([
  [408, 'timedOut'],
  [480, 'timedOut'],
  [486, 'BUSY'],
  [487, 'gaveUp'],
  [600, 'BUSY'],
  [603, 'declined'],
]);

/** All other provisional responses say that it is being connected. */
const PROVISIONAL: ReadonlyMap<number, FinalCallStatus> = new Map<number, FinalCallStatus>([
  [180, 'RINGING'],
  [181, 'RINGING'],
  [182, 'QUEUED'],
  [183, 'RINGING'],
]);

/** A code alone, or with what switches write around it: `sip:200`, `SIP/2.0 486 Busy Here`, `487 Request Terminated`. */
const CODE = /^(?:sip(?:\/\d(?:\.\d)?)?[:\s]\s*)?([1-6]\d\d)(?:\s.*)?$/is;

/**
 * The code of a SIP response; undefined when the field does not hold one. Teams writes 0 where its own side hung up.
 * FreeSWITCH may encode the colon.
 */
export function sipCodeOf(value: unknown): number | undefined {
  const code = typeof value === 'number' ? value : Number(textOf(value)?.replace(/%3a/i, ':').match(CODE)?.[1]);
  return Number.isInteger(code) && code >= 100 && code < 700 ? code : undefined;
}

/** What a response says; undefined when the field holds none. */
export function readSipStatus(value: unknown): ReleaseCause | undefined {
  const code = sipCodeOf(value);
  if (code === undefined) return undefined;
  const word = `SIP ${code}`;
  if (code < 200) return { word, lastResort: PROVISIONAL.get(code) ?? 'CONNECTING' };
  // It may be the answer to a BYE or a CANCEL: only the time of an answer tells that the call was answered.
  if (code < 300) return { word };
  // The caller is sent elsewhere. When that was tried, its own cause stands in the record, too.
  if (code < 400) return { word, lastResort: 'FAILED' };
  return { word, ending: ENDINGS.get(code) ?? 'FAILED' };
}
