import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callName, nameWithoutId } from '../../../src/outcome/call-name.ts';

const id = fc.option(fc.oneof(fc.string(), fc.constantFrom('', ' ', '0', '1 a', ' 1')), { nil: undefined });
const call = fc.record({ index: fc.nat(12), id });

describe('callName', () => {
  it('is another one for another place or another id, whatever is in the id', () => {
    fc.assert(
      fc.property(call, call, (one, other) => {
        const isSame = one.index === other.index && one.id === other.id;
        expect(callName(one.index, one.id) === callName(other.index, other.id)).toBe(isSame);
      }),
    );
  });

  it('leads to the name that the call has where its id is not known', () => {
    fc.assert(fc.property(call, ({ index, id }) => nameWithoutId(callName(index, id)) === callName(index, undefined)));
  });
});
