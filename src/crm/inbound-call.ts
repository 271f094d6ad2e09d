/** `POST …/inbound-call`: who is calling, and log the call. Written from HubSpot's OpenAPI file, version 2026-03. */
import { z } from 'zod';
import { type Answer, jsonAnswer } from './answer.ts';
import type { PortalEndpoint, Prepared, Visit } from './endpoint.ts';
import { readJson } from './json-body.ts';
import type { Portal } from './portal.ts';

const FINAL_CALL_STATUSES = [
  'BUSY',
  'CALLING_CRM_USER',
  'CANCELED',
  'COMPLETED',
  'CONNECTING',
  'FAILED',
  'HOLD',
  'IN_PROGRESS',
  'MISSED',
  'NO_ANSWER',
  'QUEUED',
  'RINGING',
  'UNKNOWN',
] as const;

const PHONE_NUMBER_TYPES = [
  'FIXED_LINE',
  'FIXED_LINE_OR_MOBILE',
  'MOBILE',
  'PAGER',
  'PERSONAL_NUMBER',
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'UNKNOWN',
  'VOICEMAIL',
  'VOIP',
] as const;

/** The schema gives `e164Number` no pattern: every text is taken, and matches nobody if it is not E.164. */
const formattedPhoneNumber = z.object({
  e164Number: z.string(),
  phoneNumberType: z.enum(PHONE_NUMBER_TYPES),
  extension: z.string().optional(),
});

/** `CompletedThirdPartyCallRequest`. Unknown fields are tolerated: the schema is open. Null is not a value. */
export const inboundCallRequest = z.object({
  createEngagement: z.boolean(),
  engagementProperties: z.record(z.string(), z.string()),
  externalCallId: z.string(),
  finalCallStatus: z.enum(FINAL_CALL_STATUSES),
  fromNumber: formattedPhoneNumber,
  toNumber: formattedPhoneNumber,
  potentialRecipientUserIds: z.array(z.int32()),
  callStartedTimestamp: z.iso.datetime({ offset: true }).optional(),
  durationSeconds: z.int32().optional(),
  userId: z.int32().optional(),
});

type InboundCall = z.output<typeof inboundCallRequest>;

function answerCall({ crm, now }: Visit, portal: Portal, call: InboundCall): Answer {
  if (call.createEngagement) crm.engagements.create(portal.name, call.externalCallId, call.engagementProperties, now);
  return jsonAnswer(200, `{"callerIdMatches":${crm.directory.matchesJson(portal, call.fromNumber.e164Number)}}`);
}

function prepare(visit: Visit, portal: Portal): Prepared {
  const read = readJson(inboundCallRequest, visit.body);
  if (!read.ok) return { portal, act: () => read.answer };
  const call = read.value;
  return {
    portal,
    number: call.fromNumber.e164Number,
    externalCallId: call.externalCallId,
    act: () => answerCall(visit, portal, call),
  };
}

export const inboundCall: PortalEndpoint = {
  name: 'inbound-call',
  method: 'POST',
  path: /^\/crm\/(?:extensions\/calling\/\d{4}-(?:03|09)|v3\/extensions\/calling)\/inbound-call$/,
  contentType: 'application/json',
  anyOfScopes: [
    'crm.objects.contacts.write',
    'crm.objects.contacts.sensitive.write.v2',
    'crm.objects.contacts.highly_sensitive.write.v2',
    'crm.schemas.contacts.write',
  ],
  quota: 'portal',
  prepare,
};
