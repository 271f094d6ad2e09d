import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTimePattern } from '../../../src/cdr/time-pattern.ts';

const iso = (pattern: string, text: string) => {
  const time = compileTimePattern(pattern).read(text);
  return typeof time === 'object' ? new Date(time.wall - (time.offset ?? 0)).toISOString() : time;
};

describe('compileTimePattern', () => {
  it.each([
    ['dd/MM/yyyy HH:mm:ss', '09/06/2016 17:32:12', '2016-06-09T17:32:12.000Z'],
    ['M/d/y h:mm:ss a', '6/9/2016 5:32:12 PM', '2016-06-09T17:32:12.000Z'],
    ['M/d/yy h:mm a', '6/9/16 12:05 a.m.', '2016-06-09T00:05:00.000Z'],
    ['M/d/yy hh:mm a', '6/9/16 12:05 pm', '2016-06-09T12:05:00.000Z'],
    ['yyyyMMddHHmmss', '20160609173212', '2016-06-09T17:32:12.000Z'],
    ['yyyyMMddHHmmssSSS', '20160609173212250', '2016-06-09T17:32:12.250Z'],
    ['dd.MM.yyyy, HH:mm', '09.06.2016 17:32', undefined],
    ['dd.MM.yyyy HH:mm', '09.06.2016  17:32', '2016-06-09T17:32:00.000Z'],
    ["EEE MMM d HH:mm:ss 'UTC' yyyy", 'Thu Jun  9 17:32:12 UTC 2016', '2016-06-09T17:32:12.000Z'],
    ['EEEE, MMMM d, yyyy HH:mm', 'Thursday, Sept 8, 2016 17:32', '2016-09-08T17:32:00.000Z'],
    // Oracle's session border controllers.
    ['HH:mm:ss.SSS z EEE MMM d yyyy', '17:32:12.250 UTC Thu Jun 9 2016', '2016-06-09T17:32:12.250Z'],
    ['yyyy-MM-dd HH:mm:ssZ', '2016-06-09 17:32:12+02:00', '2016-06-09T15:32:12.000Z'],
    ["d MMM yyyy 'o''clock' H:mm X", "9 Jun 2016 o'clock 7:32 Z", '2016-06-09T07:32:00.000Z'],
    ['dd/MM/yyyy HH:mm', '9/6/2016 17:32', undefined],
    ['dd/MM/yyyy HH:mm', '09-06-2016 17:32', undefined],
    ['dd/MM/yyyy HH:mm', '31/06/2016 17:32', 'impossible'],
    ['dd/MM/yyyy hh:mm a', '09/06/2016 13:32 PM', 'impossible'],
    ['dd MMM yyyy HH:mm', '09 Juni 2016 13:32', 'impossible'],
    ['dd/MM/yyyy HH:mm', '00/00/0000 00:00', 'zero'],
  ])('%s reads %s as %s', (pattern, text, expected) => {
    expect(iso(pattern, text)).toBe(expected);
  });

  it.each([
    ['', 'has no year'],
    ['dd/MM HH:mm', 'has no year'],
    ['yyyy HH:mm', 'has no month'],
    ['yyyy-MM-dd', 'has no hour'],
    ['yyyy-MM-dd HH', 'has no minute'],
    ['yyyy-MM-dd hh:mm', 'no a that tells am from pm'],
    ['yyyy-MM-dd HH:mm HH', 'has the hour twice'],
    ['yyyy-MM-dd HH:mm hh a', 'has the hour twice'],
    ['yyyyMd HH:mm', 'right beside another number'],
    ['yyyyMdd HH:mm', 'right beside another number'],
    ['YYYY-MM-DD HH:mm', 'has YYYY, which is not read'],
    ['yyyy-MM-ddTHH:mm', 'has T, which is not read'],
    ['yyy-MM-dd HH:mm', 'has yyy, which is not read'],
    ["yyyy-MM-dd HH:mm 'x", 'a quote that is not closed'],
    [' '.repeat(101), 'longer than 100'],
  ])('refuses %j: %s', (pattern, why) => {
    expect(() => compileTimePattern(pattern)).toThrow(why);
  });

  it('reads back what it would write', () => {
    const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    const pieces = { yyyy: 4, MM: 2, dd: 2, HH: 2, mm: 2, ss: 2, SSS: 3 };
    const order = fc.shuffledSubarray(Object.keys(pieces), { minLength: 7 });
    fc.assert(
      fc.property(date, order, fc.constantFrom('', '/', '.', ' ', '-', ':', '|', '('), (at, letters, separator) => {
        const [, yyyy, MM, dd, HH, mm, ss, SSS] =
          /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)Z$/.exec(at.toISOString()) ?? [];
        const values: Record<string, string | undefined> = { yyyy, MM, dd, HH, mm, ss, SSS };
        const text = letters.map((letter) => values[letter]).join(separator);
        expect(compileTimePattern(letters.join(separator)).read(text)).toEqual({
          wall: at.getTime(),
          offset: undefined,
        });
      }),
    );
  });

  it('compiles or says why not, and reads anything without throwing', () => {
    const pattern = fc.string({ unit: fc.constantFrom(..."yyMMddHHmmssSSaahEXzZ'/-: .,(*+[q"), maxLength: 40 });
    fc.assert(
      fc.property(pattern, fc.string(), (letters, text) => {
        try {
          compileTimePattern(letters).read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
