/** Records of the shape and size in which carriers send them, for the benchmark of their mappings. */

/** A status callback of Twilio, as JSON. */
export function twilioCallback(index: number) {
  return {
    CallSid: `CA${String(index).padStart(32, '0')}`,
    AccountSid: 'AC00000000000000000000000000000001',
    From: `+1202555${String(index % 500).padStart(4, '0')}`,
    To: '+12125550100',
    CallStatus: 'completed',
    Direction: 'inbound',
    ApiVersion: '2010-04-01',
    CallDuration: '42',
    Duration: '1',
    Timestamp: 'Thu, 15 Jan 2026 09:30:42 +0000',
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
    FromCountry: 'US',
    ToCountry: 'US',
  };
}

const TELNYX_EVENTS = ['call.initiated', 'call.answered', 'call.hangup'] as const;

/** One of the three events of a call of Telnyx. */
export function telnyxEvent(index: number) {
  const call = Math.floor(index / TELNYX_EVENTS.length);
  const type = TELNYX_EVENTS[index % TELNYX_EVENTS.length];
  return {
    data: {
      record_type: 'event',
      event_type: type,
      id: `0ccc7b54-4df3-4bca-a65a-${String(index).padStart(12, '0')}`,
      occurred_at: `2026-01-15T09:30:${10 + (index % TELNYX_EVENTS.length)}.076316Z`,
      payload: {
        call_control_id: 'v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg',
        connection_id: '2811212257810187875',
        call_leg_id: `428c31b6-7af4-4bcb-b7f5-${String(call).padStart(12, '0')}`,
        call_session_id: `428c31b6-abf3-3bc1-b7f4-${String(call).padStart(12, '0')}`,
        client_state: null,
        from: `+1202555${String(call % 500).padStart(4, '0')}`,
        to: '+12125550100',
        start_time: '2026-01-15T09:30:10.076316Z',
        ...(type === 'call.initiated' && { direction: 'incoming', state: 'parked' }),
        ...(type === 'call.hangup' && { hangup_cause: 'normal_clearing', hangup_source: 'caller', state: 'hangup' }),
      },
    },
    meta: { attempt: 1, delivered_to: 'https://calls.example/telnyx' },
  };
}
