/**
 * Second step of a mapping: what is made of a draft. The order matters: what is no call of ours is skipped before a
 * field of it can fail. Pure.
 */
import { CallmatchError } from '../../errors.ts';
import { type Call, NON_FINAL_STATUSES, type Party } from '../call.ts';
import { wholeSeconds } from '../duration.ts';
import type { Draft, FailedDraft } from './draft.ts';
import {
  readable,
  readDirection,
  readId,
  readProperties,
  readStatus,
  readText,
  readTexts,
  readUserId,
  readUserIds,
} from './fields.ts';
import type { Mapped, MappingContext } from './mapping.ts';
import { type NumberPolicies, reasonOf } from './number-policy.ts';
import { type CalleeOptions, type PartyReading, readCallee, readCaller } from './party.ts';

export interface ConclusionOptions extends CalleeOptions {
  /** Whether calls that are still going on are calls of ours. */
  readonly nonFinal: boolean;
  /** What becomes of calls without a number to look up. */
  readonly numbers: NumberPolicies;
}

/** @param makeId Gives the id of a call whose source has none; called only then. */
export type Conclude = (draft: Draft | FailedDraft, context: MappingContext, makeId: () => string) => Mapped;

export function createConclusion(options: ConclusionOptions): Conclude {
  return (draft, context, makeId) => {
    let externalCallId: string | undefined;
    try {
      const direction = readDirection(draft.direction);
      if (direction !== 'inbound') return { kind: 'skip', reason: 'not-inbound' };
      if ('failure' in draft) throw draft.failure;
      if (draft.status.isOtherLeg) return { kind: 'skip', reason: 'child-leg' };
      const status = readStatus(draft.status.value);
      if (!options.nonFinal && NON_FINAL_STATUSES.has(status)) return { kind: 'skip', reason: 'not-final' };

      externalCallId = readId(draft.externalCallId) ?? makeId();
      const { defaultCountry } = context;
      const local = defaultCountry === undefined ? options : { ...options, defaultCountry };
      const from = readCaller(draft.from, local);
      const to = readCallee(draft.to, local);
      // A call that is not submitted anyway need not have a number called.
      const fault = faultOf('from', from, options.numbers) ?? faultOf('to', to, options.numbers);
      if (fault?.policy === 'skip') return { kind: 'skip', reason: fault.reason };

      const rawCause = readText('rawCause', draft.rawCause);
      const startedAt = readable('startedAt', draft.startedAt());
      const talk = readable('talkSeconds', draft.talk());
      const agent = readText('agent', draft.agent);
      const userId = readUserId('userId', draft.userId);
      const call: Call = {
        externalCallId,
        direction,
        from: partyOf(from),
        to: partyOf(to),
        status,
        ...(rawCause !== undefined && { rawCause }),
        ...(startedAt !== undefined && { startedAt }),
        ...(talk !== undefined && { talkSeconds: wholeSeconds(talk) }),
        ...(agent !== undefined && { agent }),
        agents: readTexts('agents', draft.agents),
        ...(userId !== undefined && { userId }),
        potentialRecipientUserIds: readUserIds('potentialRecipientUserIds', draft.potentialRecipientUserIds),
        engagementProperties: readProperties(draft),
      };
      return fault === undefined ? { kind: 'call', call } : { kind: 'skip', reason: fault.reason, call };
    } catch (error) {
      return { ...failureOf(error), ...(externalCallId !== undefined && { externalCallId }) };
    }
  };
}

/** What is thrown about a record to its end; what is thrown otherwise is thrown on. */
export function failureOf(error: unknown): Extract<Mapped, { kind: 'failure' }> {
  if (!(error instanceof CallmatchError)) throw error;
  const { code, message } = error;
  return { kind: 'failure', code, message };
}

/** What is to be done about a party without a number; undefined when it has one. Throws where it is to be buried. */
function faultOf(field: 'from' | 'to', party: PartyReading, policies: NumberPolicies) {
  if (!('fault' in party)) return undefined;
  const policy = policies[party.fault];
  if (policy === 'bury') throw new CallmatchError('unusable-number', `${field}: ${party.why}`);
  return { policy, reason: reasonOf(party.fault) };
}

/** Of a party without a number that is known which is true: nothing is made up to look like one. */
function partyOf(party: PartyReading): Party {
  if (!('fault' in party)) return party;
  const { fault, extension } = party;
  return {
    e164: undefined,
    type: 'UNKNOWN',
    ...(extension !== undefined && { extension }),
    ...((fault === 'withheld' || fault === 'masked') && { hidden: fault }),
  };
}
