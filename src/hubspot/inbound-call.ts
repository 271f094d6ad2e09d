/**
 * HubSpot's contract for `POST …/inbound-call`, and the payload of a call. Pure.
 * Source: HubSpot public API spec, CallingExtensions 2026-03, CompletedThirdPartyCallRequest and …Response.
 */
import { z } from 'zod';
import { type Call, FINAL_CALL_STATUSES, type FinalCallStatus, PHONE_NUMBER_TYPES } from '../cdr/call.ts';
import { CallmatchError } from '../errors.ts';

const int32 = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);

const phoneNumber = z.strictObject({
  /** The spec gives no pattern; this is E.164. */
  e164Number: z.string().regex(/^\+[1-9]\d{1,14}$/, 'E.164 with plus'),
  phoneNumberType: z.enum(PHONE_NUMBER_TYPES),
  extension: z.string().optional(),
});

/** What goes out. */
export const inboundCallRequest = z.strictObject({
  createEngagement: z.boolean(),
  engagementProperties: z.record(z.string(), z.string()),
  externalCallId: z.string().min(1),
  finalCallStatus: z.enum(FINAL_CALL_STATUSES),
  fromNumber: phoneNumber,
  toNumber: phoneNumber,
  potentialRecipientUserIds: z.array(int32),
  callStartedTimestamp: z.iso.datetime().optional(),
  /** Seconds, unlike the engagement property `hs_call_duration`, which is milliseconds. */
  durationSeconds: int32.min(0).optional(),
  userId: int32.optional(),
});
export type InboundCallRequest = z.infer<typeof inboundCallRequest>;

/** An int64 as a decimal string: ids pass 2^31 today and may pass 2^53. */
const objectId = z.union([z.int().transform(String), z.string().regex(/^-?\d+$/)]);

const match = z.looseObject({
  callerIdType: z.string(),
  objectCoordinates: z.looseObject({ objectId, objectTypeId: z.string(), portalId: z.int() }),
  email: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  name: z.string().nullish(),
});

/** What comes back. Open: added fields and unknown match types are no breaking change at HubSpot. */
export const inboundCallResponse = z.looseObject({ callerIdMatches: z.array(match) });
export type CallerIdMatch = z.output<typeof match>;

/** `hs_call_status` has fewer values than `finalCallStatus`; it is left out where there is none. Source: HubSpot SDK. */
const ENGAGEMENT_STATUSES: ReadonlySet<FinalCallStatus> = new Set([
  'BUSY',
  'CALLING_CRM_USER',
  'CANCELED',
  'COMPLETED',
  'CONNECTING',
  'FAILED',
  'IN_PROGRESS',
  'NO_ANSWER',
  'QUEUED',
  'RINGING',
]);

export interface EngagementSettings {
  /** Whether HubSpot logs the call. */
  readonly create: boolean;
  /** Properties set on every call of the portal; those of the call win. */
  readonly properties: Readonly<Record<string, string>>;
  /** Property that gets the source's own word for how a call ended, unless something else sets it; none by default. */
  readonly rawCause?: string | false;
}

/**
 * The payload of a call, validated. Throws `invalid-payload` when the call does not fit the contract.
 * `hs_call_external_id` is always set, so that the engagement can be found again: whether HubSpot fills it from
 * `externalCallId` is not documented.
 */
export function toInboundCallRequest(call: Call, engagement: EngagementSettings): InboundCallRequest {
  const started = call.startedAt === undefined ? undefined : isoTime(call.startedAt);
  const request = {
    createEngagement: engagement.create,
    engagementProperties: engagementProperties(call, started, engagement),
    externalCallId: call.externalCallId,
    finalCallStatus: call.status,
    fromNumber: formatted(call.from),
    toNumber: formatted(call.to),
    potentialRecipientUserIds: [...call.potentialRecipientUserIds],
    ...(started !== undefined && { callStartedTimestamp: started }),
    ...(call.talkSeconds !== undefined && { durationSeconds: call.talkSeconds }),
    ...(call.userId !== undefined && { userId: call.userId }),
  };
  const checked = inboundCallRequest.safeParse(request);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new CallmatchError('invalid-payload', problems.join('; '));
}

/** `toISOString` throws beyond the year 275760; such a text fails the check of the contract instead. */
function isoTime(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString();
}

function formatted(party: Call['from']) {
  return {
    e164Number: party.e164,
    phoneNumberType: party.type,
    ...(party.extension !== undefined && { extension: party.extension }),
  };
}

function engagementProperties(
  call: Call,
  started: string | undefined,
  engagement: EngagementSettings,
): Record<string, string> {
  return {
    ...causeProperty(call, engagement.rawCause),
    ...engagement.properties,
    hs_call_direction: 'INBOUND',
    ...(started !== undefined && { hs_timestamp: started }),
    ...(call.talkSeconds !== undefined && { hs_call_duration: String(call.talkSeconds * 1000) }),
    ...(ENGAGEMENT_STATUSES.has(call.status) && { hs_call_status: call.status }),
    ...(call.from.e164 !== undefined && { hs_call_from_number: call.from.e164 }),
    ...(call.to.e164 !== undefined && { hs_call_to_number: call.to.e164 }),
    ...call.engagementProperties,
    // Last, so that no mapping can change it: the look-up of a call in doubt would not find the engagement.
    hs_call_external_id: call.externalCallId,
  };
}

const NOTES = 'hs_call_body';

/** The notes of a call that somebody took are his, so there the cause only goes into a property of its own. */
function causeProperty(call: Call, property: EngagementSettings['rawCause']): Record<string, string> {
  const isTaken = call.status === 'COMPLETED';
  if (!property || call.rawCause === undefined || (isTaken && property === NOTES)) return {};
  return { [property]: call.rawCause };
}

/** Path of the endpoint; `v3` is the legacy form. */
export function inboundCallPath(apiVersion: string): string {
  return apiVersion === 'v3'
    ? '/crm/v3/extensions/calling/inbound-call'
    : `/crm/extensions/calling/${apiVersion}/inbound-call`;
}

/** Path of the calls search, for the look-up of a call in doubt. */
export function callSearchPath(apiVersion: string): string {
  return apiVersion === 'v3' ? '/crm/v3/objects/calls/search' : `/crm/objects/${apiVersion}/calls/search`;
}
