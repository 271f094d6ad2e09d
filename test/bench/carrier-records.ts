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
