/**
 * Second step of a mapping: what is made of a draft. The order matters: what is no call of ours is skipped before a
 * field of it can fail. Pure.
 */
import { CallmatchError } from '../../errors.ts';
import { type Call, NON_FINAL_STATUSES } from '../call.ts';
import { parseDuration, wholeSeconds } from '../duration.ts';
import { parseTime, type TimeFormat } from '../time.ts';
import type { DurationFieldRule } from './document.ts';
import type { Draft } from './draft.ts';
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
import { type CalleeOptions, type PartyReading, readCallee, readCaller } from './party.ts';

export interface ConclusionOptions extends CalleeOptions {
  /** Whether calls that are still going on are calls of ours. */
  readonly nonFinal: boolean;
  readonly time: TimeFormat;
  readonly talkUnit: DurationFieldRule['unit'];
}

/** @param makeId Gives the id of a call whose source has none; called only then. */
export type Conclude = (draft: Draft, context: MappingContext, makeId: () => string) => Mapped;

export function createConclusion(options: ConclusionOptions): Conclude {
  return (draft, context, makeId) => {
    let externalCallId: string | undefined;
    try {
      const direction = readDirection(draft.direction);
      if (direction !== 'inbound') return { kind: 'skip', reason: 'not-inbound' };
      if (draft.status.isOtherLeg) return { kind: 'skip', reason: 'child-leg' };
      const status = readStatus(draft.status.value);
      if (!options.nonFinal && NON_FINAL_STATUSES.has(status)) return { kind: 'skip', reason: 'not-final' };

      externalCallId = readId(draft.externalCallId) ?? makeId();
      const { defaultCountry } = context;
      const local = defaultCountry === undefined ? options : { ...options, defaultCountry };
      const from = usable('from', readCaller(draft.from, local));
      const callee = readCallee(draft.to, local);
      // A call that is not submitted anyway need not have a number called.
      const to = from.hidden !== undefined && 'unusable' in callee ? NOBODY : usable('to', callee);

      const rawCause = readText('rawCause', draft.rawCause);
      const startedAt = readable('startedAt', parseTime(draft.startedAt, options.time, context.recordTime));
      const talk = readable('talkSeconds', parseDuration(draft.talk, options.talkUnit));
      const agent = readText('agent', draft.agent);
      const userId = readUserId('userId', draft.userId);
      const call: Call = {
        externalCallId,
        direction,
        from,
        to,
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
      return from.hidden === undefined ? { kind: 'call', call } : { kind: 'skip', reason: from.hidden, call };
    } catch (error) {
      if (!(error instanceof CallmatchError)) throw error;
      const { code, message } = error;
      return { kind: 'failure', code, message, ...(externalCallId !== undefined && { externalCallId }) };
    }
  };
}

const NOBODY: Call['to'] = { e164: undefined, type: 'UNKNOWN' };

function usable(field: 'from' | 'to', reading: PartyReading): Call['from'] {
  if ('unusable' in reading) throw new CallmatchError('unusable-number', `${field}: ${reading.unusable}`);
  return reading;
}
