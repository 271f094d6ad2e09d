import { expect, it } from 'vitest';
import type { ReadRecord } from '../../../src/kafka/range-reader.ts';
import { ParkedListing, parkedLines, sumGroups } from '../../../src/parking/parked-listing.ts';
import { ledgerRecord, parkedRecord } from '../../support/parked-record.ts';

function groupsOf(...records: ReadRecord[]) {
  const listing = new ParkedListing('g');
  for (const record of records) listing.read(record);
  return listing.groups();
}

it('counts the parked calls without an end, of all source partitions in it', () => {
  const groups = groupsOf(
    parkedRecord(0, { source: 1 }),
    parkedRecord(1, { source: 2, inDoubt: true }),
    parkedRecord(2, { source: 3, portal: 'acme' }),
    parkedRecord(3, { source: 4, partition: 17 }),
    parkedRecord(4, { source: 5, group: 'other' }),
    ledgerRecord(5, { issued: [0], released: [2] }),
  );
  expect(groups).toEqual([{ portal: 'main', code: 'crm-moving', count: 3, oldest: 0, newest: 0, inDoubt: 2 }]);
});

it('sums up partitions, and tells it in a line', () => {
  const [group] = groupsOf(parkedRecord(0));
  if (group === undefined) throw new Error('nothing is parked');
  const all = sumGroups([group, { ...group, oldest: -1000, inDoubt: 1 }]);
  expect(all).toMatchObject([{ count: 2, oldest: -1000, newest: 0, inDoubt: 1 }]);
  expect(parkedLines(all)).toEqual([
    '       2  main  crm-moving, from 1969-12-31T23:59:59.000Z to 1970-01-01T00:00:00.000Z, 1 of them in doubt',
  ]);
});
