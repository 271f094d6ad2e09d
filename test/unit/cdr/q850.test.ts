import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQ850Cause } from '../../../src/cdr/q850.ts';

/** formats.md, section 3, row by row: numbers, names, ending. */
const ROWS: readonly (readonly [numbers: number[], names: string[], ending: string | undefined])[] = [
  [[0], ['UNSPECIFIED', 'NOT_DEFINED'], undefined],
  [[1, 2, 3, 5], ['UNALLOCATED_NUMBER', 'NO_ROUTE_TRANSIT_NET', 'NO_ROUTE_DESTINATION', 'MISDIALLED'], 'FAILED'],
  [[6, 7, 8, 14], ['CHANNEL_UNACCEPTABLE', 'CALL_AWARDED_DELIVERED', 'PRE_EMPTED', 'PORTED'], 'FAILED'],
  [[16], ['NORMAL_CLEARING'], 'gaveUp'],
  [[17], ['USER_BUSY'], 'BUSY'],
  [[18, 19], ['NO_USER_RESPONSE', 'NO_ANSWER'], 'timedOut'],
  [[20], ['SUBSCRIBER_ABSENT', 'UNREGISTERED'], 'FAILED'],
  [[21], ['CALL_REJECTED'], 'FAILED'],
  [
    [22, 23, 25, 27, 28, 29],
    ['NUMBER_CHANGED', 'REDIRECTION', 'EXCHANGE_ROUTING_ERROR', 'DESTINATION_OUT_OF_ORDER', 'INVALID_NUMBER_FORMAT'],
    'FAILED',
  ],
  [[], ['FACILITY_REJECTED', 'REDIRECTION_TO_NEW_DESTINATION', 'REDIRECTED_TO_NEW_DESTINATION'], 'FAILED'],
  [[26], ['ANSWERED_ELSEWHERE'], 'otherLeg'],
  [[30, 31], ['RESPONSE_TO_STATUS_ENQUIRY', 'NORMAL_UNSPECIFIED'], 'FAILED'],
  [
    [34, 38, 41, 42, 43, 44, 45, 47],
    ['NORMAL_CIRCUIT_CONGESTION', 'NETWORK_OUT_OF_ORDER', 'NORMAL_TEMPORARY_FAILURE', 'SWITCH_CONGESTION'],
    'FAILED',
  ],
  [
    [50, 52, 54, 57, 58, 63, 65, 66, 69, 79],
    ['FACILITY_NOT_SUBSCRIBED', 'INCOMING_CALL_BARRED', 'BEARERCAPABILITY_NOTAVAIL', 'SERVICE_NOT_IMPLEMENTED'],
    'FAILED',
  ],
  [
    [81, 88, 95, 96, 97, 98, 99, 100, 101, 103, 111, 127],
    ['INCOMPATIBLE_DESTINATION', 'PROTOCOL_ERROR', 'INTERWORKING'],
    'FAILED',
  ],
  [[102], ['RECOVERY_ON_TIMER_EXPIRE'], 'FAILED'],
  [[4, 9, 15, 24, 33, 40, 60, 110, 126], [], 'FAILED'],
  // What FreeSWITCH numbers from 500 on, and 487.
  [[], ['ORIGINATOR_CANCEL'], 'gaveUp'],
  [[], ['LOSE_RACE', 'PICKED_OFF'], 'otherLeg'],
  [[], ['ALLOTTED_TIMEOUT', 'PROGRESS_TIMEOUT', 'NO_PICKUP'], 'timedOut'],
  [[], ['BUSY_EVERYWHERE'], 'BUSY'],
  [[], ['DECLINE', 'REJECT_ALL'], 'declined'],
  [[], ['MANAGER_REQUEST'], 'CANCELED'],
  [[], ['BLIND_TRANSFER', 'ATTENDED_TRANSFER'], 'otherLeg'],
  [[], ['MEDIA_TIMEOUT', 'SRTP_READ_ERROR', 'USER_NOT_REGISTERED', 'CRASH', 'SYSTEM_SHUTDOWN'], 'FAILED'],
  [[], ['GATEWAY_DOWN', 'INVALID_GATEWAY', 'INVALID_URL', 'INVALID_PROFILE', 'INVALID_IDENTITY'], 'FAILED'],
  [[], ['UNWANTED', 'NO_IDENTITY', 'BAD_IDENTITY_INFO', 'STALE_DATE', 'BOWOUT'], 'FAILED'],
];

describe('readQ850Cause', () => {
  it.each(ROWS)('%j %j: %s', (numbers, names, ending) => {
    const expected = ending === undefined ? {} : { ending };
    for (const number of numbers) {
      const word = expect.stringMatching(new RegExp(`^Q\\.850 ${number}( [A-Z_]+)?$`));
      expect(readQ850Cause(number)).toEqual({ word, ...expected });
      expect(readQ850Cause(String(number))).toEqual({ word, ...expected });
    }
    for (const name of names) expect(readQ850Cause(name)).toEqual({ word: name, ...expected });
  });

  it('shows a number with its name', () => {
    expect(readQ850Cause(17)?.word).toBe('Q.850 17 USER_BUSY');
    expect(readQ850Cause('0')?.word).toBe('Q.850 0 UNSPECIFIED');
    expect(readQ850Cause(4)?.word).toBe('Q.850 4');
  });

  it.each(['User busy', 'user_busy', 'user-busy', 'AST_CAUSE_USER_BUSY', 'SWITCH_CAUSE_USER_BUSY'])(
    'knows the name %j',
    (name) => {
      expect(readQ850Cause(name)).toEqual({ word: name, ending: 'BUSY' });
    },
  );

  it.each(['Q.850;cause=17;text="User busy"', 'q.850 ; cause = 17'])('reads the Reason header %j', (header) => {
    expect(readQ850Cause(header)).toEqual({ word: 'Q.850 17 USER_BUSY', ending: 'BUSY' });
  });

  // FreeSWITCH's own numbers, old and new, are those of SIP responses, too.
  it.each([128, 142, 487, 500, 503, 600, 603, 607, 702, 802, 815])('says nothing of the number %i', (number) => {
    expect(readQ850Cause(number)).toEqual({ word: `Q.850 ${number}` });
  });

  it('says nothing of a name that nobody knows', () => {
    expect(readQ850Cause('SOLAR_FLARE')).toEqual({ word: 'SOLAR_FLARE' });
    expect(readQ850Cause('SIP;cause=486;text="Busy here"')?.ending).toBeUndefined();
  });

  it('lets the SIP response tell what the cause leaves open', () => {
    expect(readQ850Cause(21, () => 603)?.ending).toBe('declined');
    for (const code of [401, 402, 403, 407, 608])
      expect(readQ850Cause('CALL_REJECTED', () => code)?.ending).toBe('FAILED');
    expect(readQ850Cause('RECOVERY_ON_TIMER_EXPIRE', () => 408)?.ending).toBe('timedOut');
    expect(readQ850Cause(102, () => 504)?.ending).toBe('FAILED');
    expect(readQ850Cause(17, () => 603)?.ending).toBe('BUSY');
  });

  it.each([[-1], [16.5], [''], [' '], [null], [undefined], [{}], [[16]], [Number.NaN]])(
    'finds nothing in %j',
    (value) => {
      expect(readQ850Cause(value)?.ending).toBeUndefined();
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.option(fc.integer(), { nil: undefined }), (value, sipCode) => {
        readQ850Cause(value, () => sipCode);
      }),
    );
  });
});
