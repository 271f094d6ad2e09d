import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpelling } from '../../../src/cdr/time-spelling.ts';

const iso = (text: string) => {
  const time = readSpelling(text);
  return typeof time === 'object' ? new Date(time.wall - (time.offset ?? 0)).toISOString() : time;
};

describe('readSpelling', () => {
  it.each([
    ['2016/6/9 17:32:12', '2016-06-09T17:32:12.000Z'],
    ['2016/6/9 7:32', '2016-06-09T07:32:00.000Z'],
    ['2013-03-4 13:03:20', '2013-03-04T13:03:20.000Z'],
    ['2016.06.09 17:32:12.5 +0200', '2016-06-09T15:32:12.500Z'],
    ['2013-11-07 08:42:25 +0000 UTC', '2013-11-07T08:42:25.000Z'],
    ['2013-11-07 08:42:25.123456789 +0300 +03 m=+0.012345', '2013-11-07T05:42:25.123Z'],
    ['2013-11-07 08:42:25 +0100 CET', '2013-11-07T07:42:25.000Z'],
    ['2021-04-28 21:51:18.731479Z', '2021-04-28T21:51:18.731Z'],
    ['2019-06-28T15:30:00+0000', '2019-06-28T15:30:00.000Z'],
    ['2026-01-15T10:30:00.1234567Z', '2026-01-15T10:30:00.123Z'],
    ['Fri, 18 Oct 2019 17:00:00 +0000', '2019-10-18T17:00:00.000Z'],
    ['Fri, 18 Oct 2019 17:00:00 GMT', '2019-10-18T17:00:00.000Z'],
    ['Fri, 18 Oct 2019 17:00:00 EDT', '2019-10-18T21:00:00.000Z'],
    ['Wed, 19 Sept 2018 17:00:00 +0000', '2018-09-19T17:00:00.000Z'],
    ['Thur, 6 September 2018 7:00:00 -0730 (comment)', '2018-09-06T14:30:00.000Z'],
    ['18 Oct 2019 17:00', '2019-10-18T17:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each(['0000-00-00 00:00:00', '0001-01-01T00:00:00.0000000Z', '0001/1/1 00:00:00'])('%s is zero', (text) => {
    expect(readSpelling(text)).toBe('zero');
  });

  it.each(['2019-02-30T00:00:00Z', 'Fri, 30 Feb 2019 17:00:00 +0000', '18 Okt 2019 17:00:00', '18 Oct 2019 17:00 CET'])(
    '%s is impossible',
    (text) => {
      expect(readSpelling(text)).toBe('impossible');
    },
  );

  it.each([
    '',
    '9/6/2016 17:32:12',
    '2016/6-9 17:32:12',
    '201669 17:32:12',
    '2016/6/9',
    '1:02',
    'Fri Oct 18 17:00 2019',
  ])('%j is written in another way', (text) => {
    expect(readSpelling(text)).toBeUndefined();
  });

  it('reads back what e-mail programs and unpadded clocks write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        (date) => {
          const seconds = Math.floor(date.getTime() / 1000) * 1000;
          const clock = date.toISOString().slice(11, 19);
          const unpadded = `${date.getUTCFullYear()}/${date.getUTCMonth() + 1}/${date.getUTCDate()} ${clock}`;
          for (const text of [date.toUTCString(), date.toUTCString().replace('GMT', '+0000'), unpadded]) {
            expect(readSpelling(text)).toMatchObject({ wall: seconds });
          }
        },
      ),
    );
  });

  it('never throws, and never takes long', () => {
    const characters = fc.constantFrom(...'0123456789-/:. +TZUCGMTOctSep,()[]m=');
    fc.assert(fc.property(fc.string({ unit: characters, maxLength: 200 }), (text) => void readSpelling(text)));
  });
});
