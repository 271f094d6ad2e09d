/** The canonical call: what every mapping produces and everything after it works on. Pure data. */

/** HubSpot's `phoneNumberType`, the libphonenumber names. Source: CallingExtensions 2026-03, FormattedPhoneNumber. */
export const PHONE_NUMBER_TYPES = [
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
export type PhoneNumberType = (typeof PHONE_NUMBER_TYPES)[number];

/** HubSpot's `finalCallStatus`. Source: CallingExtensions 2026-03, CompletedThirdPartyCallRequest. */
export const FINAL_CALL_STATUSES = [
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
export type FinalCallStatus = (typeof FINAL_CALL_STATUSES)[number];

/** Statuses of a call that is still going on; such a record is skipped as `not-final`. */
export const NON_FINAL_STATUSES: ReadonlySet<FinalCallStatus> = new Set([
  'CALLING_CRM_USER',
  'CONNECTING',
  'HOLD',
  'IN_PROGRESS',
  'QUEUED',
  'RINGING',
]);

/** Why a record or a call is no call of ours. The list is closed: metrics and dashboards depend on it. */
export const SKIP_REASONS = [
  'tombstone',
  'not-inbound',
  'not-final',
  'not-voice',
  'child-leg',
  'withheld',
  'masked',
  'emergency',
  'duplicate',
  'revision',
  'already-enriched',
  'in-doubt',
  'filtered',
  'too-old',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const DIRECTIONS = ['inbound', 'outbound', 'internal', 'unknown'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One end of a call. */
export interface Party {
  /** E.164 with plus; undefined when the caller is withheld or masked. */
  readonly e164: string | undefined;
  readonly type: PhoneNumberType;
  readonly extension?: string;
  /** Why there is no number to work with. */
  readonly hidden?: 'withheld' | 'masked';
}

export interface Call {
  /** Stable id of the call at its source; every record of one call has the same. */
  readonly externalCallId: string;
  readonly direction: Direction;
  readonly from: Party;
  readonly to: Party;
  readonly status: FinalCallStatus;
  /** The source's own word for how the call ended, for people. */
  readonly rawCause?: string;
  /** Epoch milliseconds. */
  readonly startedAt?: number;
  /** Whole seconds from answer to end; 0 when nobody answered. */
  readonly talkSeconds?: number;
  /** Who took the call, as the source knows him: an e-mail address, an extension, a login. Never published. */
  readonly agent?: string;
  /** Who was rung, named as in `agent`. Never published. */
  readonly agents: readonly string[];
  /** HubSpot user that took the call (int32). */
  readonly userId?: number;
  /** HubSpot users that were rung (int32). */
  readonly potentialRecipientUserIds: readonly number[];
  /** Further engagement properties from the mapping, by HubSpot property name. */
  readonly engagementProperties: Readonly<Record<string, string>>;
}
