import { describe, expect, it } from 'vitest';
import { type Complain, checkPortals, checkSources } from '../../../src/config/portal-checks.ts';

const listen = () => {
  const said: string[] = [];
  const complain: Complain = (path, expected) => said.push(`${path.join('.')}: ${expected}`);
  return { said, complain };
};

describe('portals', () => {
  it('have hub ids and numbers of their own', () => {
    const { said, complain } = listen();
    const numbers = ['+14155550100', '+1415*'];
    checkPortals({ a: { hubId: 1, numbers }, b: { hubId: 1, numbers: ['+1415*'] }, c: { numbers: [] } }, complain);
    expect(said).toEqual([
      'portals.b.hubId: a hubId of its own (portal a has it too)',
      'portals.b.numbers.0: a number of its own (portal a has it too)',
    ]);
  });
});

describe('a source', () => {
  const two = { a: { numbers: [] }, b: { numbers: [] } };

  it.each([
    ['names none where there is one', { a: { numbers: [] } }, undefined, true],
    ['names none where there are two', two, undefined, false],
    ['names one', two, { name: 'b' }, true],
    ['names one that is not there', two, { name: 'c' }, false],
    ['names one by a word of Object', two, { name: 'toString' }, false],
    ['goes by a header', two, { header: 'x' }, true],
    ['goes by the number called', two, { did: true }, true],
  ])('%s', (_, portals, portal, isRight) => {
    const { said, complain } = listen();
    checkSources([{ portal: { name: 'a' } }, { portal }], portals, complain);
    expect(said).toEqual(
      isRight ? [] : [`sources.1.portal.name: one of the configured portals (${Object.keys(portals).join(', ')})`],
    );
  });

  it('is not told all the names of thousands', () => {
    const { said, complain } = listen();
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`p-${n}`, { numbers: [] }]));
    checkSources([{}], many, complain);
    expect(said[0]).toMatch(/p-9 and 2 more\)$/);
  });
});
