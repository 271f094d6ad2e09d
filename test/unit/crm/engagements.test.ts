import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engagement } from '../../../src/crm/engagement.ts';
import { Engagements } from '../../../src/crm/engagements.ts';

const ids = (engagements: Iterable<Engagement>) => [...engagements].map(({ externalCallId }) => externalCallId);

test('a repeat makes a second engagement with a new id', () => {
  const engagements = new Engagements({ keep: 10 });
  const first = engagements.create('main', 'a', {}, 1);
  const second = engagements.create('main', 'a', {}, 2);
  expect(second.id).toBe(first.id + 1);
  expect(first.id).toBeGreaterThan(2 ** 31);
  expect(engagements.totals('main')).toEqual({ engagements: 2, externalCallIds: 1, repeatedCallIds: 1 });
});

test('totals, listing and search agree with a plain list, per portal', () => {
  const call = fc.record({ portal: fc.constantFrom('p', 'q'), id: fc.constantFrom('A', 'a', 'b', 'c') });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const engagements = new Engagements({ keep: 1000 });
      for (const { portal, id } of calls) engagements.create(portal, id, { hs_call_external_id: id }, 0);
      for (const portal of ['p', 'q']) {
        const mine = calls.filter((each) => each.portal === portal).map(({ id }) => id);
        const repeated = [...new Set(mine)].filter((id) => mine.filter((other) => other === id).length > 1);
        expect(engagements.totals(portal)).toEqual({
          engagements: mine.length,
          externalCallIds: new Set(mine).size,
          repeatedCallIds: repeated.length,
        });
        expect(ids(engagements.list({ portal }))).toEqual(mine);
        expect(ids(engagements.list({ portal, externalCallId: 'a' }))).toEqual(mine.filter((id) => id === 'a'));
        const found = mine.filter((id) => ['a', 'b'].includes(id.toLowerCase()));
        expect(ids(engagements.withExternalId(portal, ['b', 'a', 'a']))).toEqual(found);
      }
      expect(ids(engagements.list({ externalCallId: 'a' }))).toEqual(
        calls.map(({ id }) => id).filter((id) => id === 'a'),
      );
    }),
  );
});

test('a listing goes on after an id', () => {
  const engagements = new Engagements({ keep: 10 });
  const made = ['a', 'b', 'c', 'd'].map((id) => engagements.create('main', id, {}, 0));
  expect(ids(engagements.list({}, made[1]?.id))).toEqual(['c', 'd']);
  expect(ids(engagements.list({ externalCallId: 'b' }, made[1]?.id))).toEqual([]);
  expect(ids(engagements.list({}, made[3]?.id))).toEqual([]);
});

test('only the newest are kept; what was forgotten is not found, and still counted', () => {
  const engagements = new Engagements({ keep: 2 });
  for (const id of ['a', 'b', 'c']) engagements.create('main', id, { hs_call_external_id: id }, 0);
  expect(ids(engagements.list())).toEqual(['b', 'c']);
  expect(ids(engagements.withExternalId('main', ['a']))).toEqual([]);
  expect(engagements.totals('main').engagements).toBe(3);
});

test('what is restored is as if made here, and ids go on after it', () => {
  const engagements = new Engagements({ keep: 10 });
  const propertiesJson = '{"hs_call_external_id":"Old"}';
  engagements.restore([
    new Engagement({ id: 77, portal: 'main', externalCallId: 'old', createdAt: 5, propertiesJson }),
  ]);
  expect(ids(engagements.withExternalId('main', ['old']))).toEqual(['old']);
  expect(engagements.create('main', 'old', {}, 6).id).toBe(78);
  expect(engagements.totals('main').repeatedCallIds).toBe(1);
});

test('cleared, nothing is left', () => {
  const engagements = new Engagements({ keep: 10 });
  engagements.create('main', 'a', { hs_call_external_id: 'a' }, 0);
  engagements.clear();
  expect([...engagements.list(), ...engagements.withExternalId('main', ['a'])]).toEqual([]);
  expect(engagements.totals('main').engagements).toBe(0);
});
