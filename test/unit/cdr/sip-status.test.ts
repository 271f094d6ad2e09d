import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSipStatus, sipCodeOf } from '../../../src/cdr/sip-status.ts';

describe('sipCodeOf', () => {
  it.each([
    [486, 486],
    ['603', 603],
    [' 603 ', 603],
    ['sip:200', 200],
    ['sip%3A200', 200],
    ['sip%3a200', 200],
    ['SIP/2.0 486 Busy Here', 486],
    ['SIP 486', 486],
    ['487 Request Terminated', 487],
  ])('reads %j', (value, code) => {
    expect(sipCodeOf(value)).toBe(code);
  });

  it.each([
    [0],
    ['0'],
    ['0 BYE'],
    ['BYE'],
    ['sip:0'],
    [99],
    [700],
    [802],
    ['4860'],
    ['486x'],
    ['Q.850;cause=17'],
    ['sip:486@example.com'],
    ['sip:alice@example.com'],
    [486.5],
    [-486],
    [true],
    [null],
    [undefined],
    [''],
    [{ code: 486 }],
    [[486]],
  ])('takes %j for no final response', (value) => {
    expect(sipCodeOf(value)).toBeUndefined();
    expect(readSipStatus(value)).toBeUndefined();
  });
});

it('reads back a code in every spelling, and never throws', () => {
  const phrase = fc.constantFrom('', ' OK', ' Busy Here', ' 487');
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 699 }), phrase, (code, words) => {
      for (const text of [`${code}`, `sip:${code}`, `SIP%3A${code}`, `SIP/2.0 ${code}`, ` sip ${code}`]) {
        expect(sipCodeOf(`${text}${words}`)).toBe(code);
      }
    }),
  );
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(readSipStatus(value)?.word ?? 'SIP 100').toMatch(/^SIP [1-6]\d\d$/);
    }),
  );
});

describe('readSipStatus', () => {
  // formats.md, section 4, row by row.
  it.each([
    ['FAILED', [400, 481, 500, 503]],
    ['FAILED', [401, 402, 403, 407]],
    ['FAILED', [404]],
    ['timedOut', [408]],
    ['FAILED', [410]],
    ['timedOut', [480]],
    ['FAILED', [482, 483]],
    ['FAILED', [484]],
    ['FAILED', [485, 604]],
    ['BUSY', [486, 600]],
    ['gaveUp', [487]],
    ['FAILED', [488, 606]],
    ['FAILED', [502]],
    ['FAILED', [504]],
    ['declined', [603]],
    ['FAILED', [607, 608, 420, 499, 599, 699]],
  ])('%s: %j', (ending, codes) => {
    for (const code of codes) expect(readSipStatus(code)).toEqual({ word: `SIP ${code}`, ending });
  });

  it('does not take a success for an answered call', () => {
    expect(readSipStatus(200)).toEqual({ word: 'SIP 200' });
    expect(readSipStatus('202 Accepted')).toEqual({ word: 'SIP 202' });
  });

  it.each([
    [100, 'CONNECTING'],
    [180, 'RINGING'],
    [181, 'RINGING'],
    [182, 'QUEUED'],
    [183, 'RINGING'],
    [199, 'CONNECTING'],
  ])('takes %i for a call that goes on, if nothing else is known', (code, lastResort) => {
    expect(readSipStatus(code)).toEqual({ word: `SIP ${code}`, lastResort });
  });

  it('takes a redirection for a failure, if nothing else is known', () => {
    for (const code of [300, 302, 380]) {
      expect(readSipStatus(code)).toEqual({ word: `SIP ${code}`, lastResort: 'FAILED' });
    }
  });
});
