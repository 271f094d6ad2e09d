import { expect, test } from 'vitest';
import { Directory } from '../../../src/crm/directory.ts';
import { readSeed } from '../../../src/crm/seed.ts';

const MAIN = { name: 'main', hubId: 100_001 };
const OTHER = { name: 'other', hubId: 100_002 };

const { contacts, companies } = readSeed({
  portals: { main: { hubId: 100_001 }, other: { hubId: 100_002 } },
  contacts: [
    { id: 1, email: 'a@example.com', firstName: 'A', lastName: 'B', phones: { phone: '+12025550101' } },
    { id: 9_007_199_254_740_993n, phones: { mobilephone: '+1 (202) 555-0102', fax: '+1.202.555.0102' } },
    { id: 3, phones: { phone: '020 7946 0018' } },
    { id: 4, firstName: 'Jo "J" ☎', phones: { phone: '+12025550104' }, portals: ['other'] },
  ],
  companies: [{ id: 5, name: 'C', phones: { phone: '+12025550101' } }],
});
const directory = new Directory(contacts, companies);

test('contacts come before companies, with the id of the portal that asks', () => {
  expect(JSON.parse(directory.matchesJson(OTHER, '+12025550101'))).toEqual([
    {
      callerIdType: 'CONTACT',
      objectCoordinates: { objectId: 1, objectTypeId: '0-1', portalId: 100_002 },
      email: 'a@example.com',
      firstName: 'A',
      lastName: 'B',
    },
    { callerIdType: 'COMPANY', objectCoordinates: { objectId: 5, objectTypeId: '0-2', portalId: 100_002 }, name: 'C' },
  ]);
});

test('an id beyond 2^53 is written digit by digit, and punctuation in numbers does not matter', () => {
  expect(directory.matchesJson(MAIN, '+12025550102')).toBe(
    '[{"callerIdType":"CONTACT","objectCoordinates":{"objectId":9007199254740993,"objectTypeId":"0-1","portalId":100001}}]',
  );
});

test('a record of one portal is not known in another', () => {
  expect(directory.matchesJson(MAIN, '+12025550104')).toBe('[]');
  expect(JSON.parse(directory.matchesJson(OTHER, '+12025550104'))).toMatchObject([{ firstName: 'Jo "J" ☎' }]);
});

test('a number without a country code, and any other text, matches nobody', () => {
  for (const number of ['020 7946 0018', '02079460018', '', 'anonymous', '+15555555555']) {
    expect(directory.matchesJson(MAIN, number)).toBe('[]');
  }
});
