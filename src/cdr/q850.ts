/**
 * Release causes of ITU-T Q.850 by number and by name, and what they say of a call that was not answered. Pure.
 * Names: Asterisk `causes.h`, FreeSWITCH `switch_types.h`; the first of a number is the one that is shown.
 */
import type { Ending, ReleaseCause } from './ending.ts';
import { numberOf, textOf } from './scalar.ts';
import { foldWord } from './word.ts';

const NAMES: Readonly<Record<number, readonly string[]>> = {
  0: ['UNSPECIFIED', 'NOT_DEFINED', 'NONE'],
  1: ['UNALLOCATED_NUMBER', 'UNALLOCATED'],
  2: ['NO_ROUTE_TRANSIT_NET'],
  3: ['NO_ROUTE_DESTINATION'],
  5: ['MISDIALLED_TRUNK_PREFIX', 'MISDIALLED'],
  6: ['CHANNEL_UNACCEPTABLE'],
  7: ['CALL_AWARDED_DELIVERED'],
  8: ['PRE_EMPTED'],
  14: ['NUMBER_PORTED_NOT_HERE', 'PORTED'],
  16: ['NORMAL_CLEARING', 'NORMAL'],
  17: ['USER_BUSY', 'BUSY'],
  18: ['NO_USER_RESPONSE'],
  19: ['NO_ANSWER'],
  20: ['SUBSCRIBER_ABSENT', 'UNREGISTERED'],
  21: ['CALL_REJECTED'],
  22: ['NUMBER_CHANGED'],
  23: ['REDIRECTION_TO_NEW_DESTINATION', 'REDIRECTED_TO_NEW_DESTINATION', 'REDIRECTION'],
  25: ['EXCHANGE_ROUTING_ERROR'],
  26: ['ANSWERED_ELSEWHERE'],
  27: ['DESTINATION_OUT_OF_ORDER'],
  28: ['INVALID_NUMBER_FORMAT'],
  29: ['FACILITY_REJECTED'],
  30: ['RESPONSE_TO_STATUS_ENQUIRY'],
  31: ['NORMAL_UNSPECIFIED'],
  34: ['NORMAL_CIRCUIT_CONGESTION', 'CONGESTION'],
  38: ['NETWORK_OUT_OF_ORDER', 'FAILURE'],
  41: ['NORMAL_TEMPORARY_FAILURE'],
  42: ['SWITCH_CONGESTION'],
  43: ['ACCESS_INFO_DISCARDED'],
  44: ['REQUESTED_CHAN_UNAVAIL'],
  // Asterisk has the same name for 8.
  45: ['PRE_EMPTED'],
  47: ['RESOURCES_UNAVAILABLE'],
  50: ['FACILITY_NOT_SUBSCRIBED'],
  52: ['OUTGOING_CALL_BARRED'],
  54: ['INCOMING_CALL_BARRED'],
  57: ['BEARERCAPABILITY_NOTAUTH'],
  58: ['BEARERCAPABILITY_NOTAVAIL'],
  63: ['SERVICE_UNAVAILABLE'],
  65: ['BEARERCAPABILITY_NOTIMPL'],
  66: ['CHAN_NOT_IMPLEMENTED', 'NOSUCHDRIVER'],
  69: ['FACILITY_NOT_IMPLEMENTED'],
  79: ['SERVICE_NOT_IMPLEMENTED'],
  81: ['INVALID_CALL_REFERENCE'],
  88: ['INCOMPATIBLE_DESTINATION'],
  95: ['INVALID_MSG_UNSPECIFIED'],
  96: ['MANDATORY_IE_MISSING'],
  97: ['MESSAGE_TYPE_NONEXIST'],
  98: ['WRONG_MESSAGE'],
  99: ['IE_NONEXIST'],
  100: ['INVALID_IE_CONTENTS'],
  101: ['WRONG_CALL_STATE'],
  102: ['RECOVERY_ON_TIMER_EXPIRE'],
  103: ['MANDATORY_IE_LENGTH_ERROR'],
  111: ['PROTOCOL_ERROR'],
  127: ['INTERWORKING'],
};
const GREATEST = 127;

/** All other causes up to 127 are failures. 0 is what the side that did not hang up says. */
const ENDINGS: ReadonlyMap<number, Ending | undefined> = new Map<number, Ending | undefined>([
  [0, undefined],
  [16, 'gaveUp'],
  [17, 'BUSY'],
  [18, 'timedOut'],
  [19, 'timedOut'],
  [26, 'otherLeg'],
]);

/** Causes that several SIP responses are translated to; the response tells which it was. */
const BY_SIP_CODE: ReadonlyMap<number, Readonly<Record<number, Ending>>> = new Map([
  [21, { 603: 'declined' }],
  [102, { 408: 'timedOut' }],
]);

/**
 * FreeSWITCH's own causes. By name only: their numbers have changed between its versions, and some are those of SIP
 * responses.
 */
const FREESWITCH: Readonly<Record<string, Ending>> = {
  ORIGINATOR_CANCEL: 'gaveUp',
  LOSE_RACE: 'otherLeg',
  PICKED_OFF: 'otherLeg',
  BLIND_TRANSFER: 'otherLeg',
  ATTENDED_TRANSFER: 'otherLeg',
  ALLOTTED_TIMEOUT: 'timedOut',
  PROGRESS_TIMEOUT: 'timedOut',
  NO_PICKUP: 'timedOut',
  BUSY_EVERYWHERE: 'BUSY',
  DECLINE: 'declined',
  REJECT_ALL: 'declined',
  MANAGER_REQUEST: 'CANCELED',
  CRASH: 'FAILED',
  SYSTEM_SHUTDOWN: 'FAILED',
  USER_CHALLENGE: 'FAILED',
  MEDIA_TIMEOUT: 'FAILED',
  USER_NOT_REGISTERED: 'FAILED',
  INVALID_GATEWAY: 'FAILED',
  GATEWAY_DOWN: 'FAILED',
  INVALID_URL: 'FAILED',
  INVALID_PROFILE: 'FAILED',
  SRTP_READ_ERROR: 'FAILED',
  BOWOUT: 'FAILED',
  DOES_NOT_EXIST_ANYWHERE: 'FAILED',
  NOT_ACCEPTABLE: 'FAILED',
  UNWANTED: 'FAILED',
  NO_IDENTITY: 'FAILED',
  BAD_IDENTITY_INFO: 'FAILED',
  UNSUPPORTED_CERTIFICATE: 'FAILED',
  INVALID_IDENTITY: 'FAILED',
  STALE_DATE: 'FAILED',
};

/** Numbers of Q.850 and endings of FreeSWITCH by name, as it is written here and folded. */
const BY_NAME: ReadonlyMap<string, number | Ending> = new Map(
  [
    ...Object.entries(NAMES).flatMap(([number, names]) => names.map((name) => [name, Number(number)] as const)),
    ...Object.entries(FREESWITCH),
  ].flatMap(([name, meaning]) => [
    [name, meaning],
    [foldWord(name), meaning],
  ]),
);

/** The `Reason` header of SIP. Source: RFC 3326. */
const REASON_HEADER = /^Q\.850\s*;\s*cause\s*=\s*(\d+)/i;
const PREFIX_OF_CODE = /^(?:AST|SWITCH)_CAUSE_/i;

/**
 * What a cause says; undefined when the field says nothing. A name that nobody knows has a word but no ending.
 * @param value A number, a name of Q.850, Asterisk or FreeSWITCH, or a `Reason` header.
 * @param sipCode Gives the code of the final SIP response of the same call, where it is known; asked only if it matters.
 */
export function readQ850Cause(value: unknown, sipCode: () => number | undefined = unknown): ReleaseCause | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const number = numberOf(text) ?? numberOf(REASON_HEADER.exec(text)?.[1]);
  if (number !== undefined) return ofNumber(number, sipCode);
  // Most sources write a name as it stands in the code of their switch.
  const meaning = BY_NAME.get(text) ?? BY_NAME.get(foldWord(text.replace(PREFIX_OF_CODE, '')));
  if (typeof meaning === 'number') return { word: text, ...endingOf(meaning, sipCode) };
  return meaning === undefined ? { word: text } : { word: text, ending: meaning };
}

const unknown = () => undefined;

function ofNumber(number: number, sipCode: () => number | undefined): ReleaseCause | undefined {
  if (!Number.isInteger(number) || number < 0) return undefined;
  const name = NAMES[number]?.[0];
  return { word: `Q.850 ${number}${name === undefined ? '' : ` ${name}`}`, ...endingOf(number, sipCode) };
}

function endingOf(number: number, sipCode: () => number | undefined): Pick<ReleaseCause, 'ending'> {
  if (number > GREATEST) return {};
  const told = BY_SIP_CODE.get(number)?.[sipCode() ?? 0];
  const ending = told ?? (ENDINGS.has(number) ? ENDINGS.get(number) : 'FAILED');
  return ending === undefined ? {} : { ending };
}
