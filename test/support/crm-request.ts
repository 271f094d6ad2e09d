/** Requests to a CRM simulator, as a client makes them. */

/** A valid body of an inbound call; `changes` replace fields. */
export function callBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    createEngagement: true,
    engagementProperties: { hs_call_external_id: 'call-1', hs_call_direction: 'INBOUND' },
    externalCallId: 'call-1',
    finalCallStatus: 'COMPLETED',
    fromNumber: { e164Number: '+12025550143', phoneNumberType: 'MOBILE' },
    toNumber: { e164Number: '+442079460000', phoneNumberType: 'FIXED_LINE' },
    potentialRecipientUserIds: [101],
    ...changes,
  };
}

/** A body for a call of this id, findable by it. */
export function callOf(externalCallId: string): Record<string, unknown> {
  return callBody({ externalCallId, engagementProperties: { hs_call_external_id: externalCallId } });
}

export const INBOUND_CALL = '/crm/extensions/calling/2026-03/inbound-call';
export const CALL_SEARCH = '/crm/objects/2026-03/calls/search';

interface Request {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** POST with a JSON body; a string is sent as it is. */
export function post(url: string, body: unknown, { token = 'sim-main', headers = {}, signal }: Request = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
    signal: signal ?? null,
  });
}

/** The body of an answer, to be matched. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape, and fail where it is another.
export async function bodyOf(answer: Response | Promise<Response>): Promise<any> {
  return (await answer).json();
}
