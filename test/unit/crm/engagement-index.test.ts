import { expect, test } from 'vitest';
import { Engagement } from '../../../src/crm/engagement.ts';
import { EngagementIndex } from '../../../src/crm/engagement-index.ts';

const made = (id: number, portal = 'main') =>
  new Engagement({ id, portal, externalCallId: 'a', createdAt: 0, propertiesJson: '{}' });

test('finds by portal and key, oldest first, and tells how many there are', () => {
  const index = new EngagementIndex();
  const [first, second, third, other] = [made(1), made(2), made(3), made(4, 'other')];
  expect([first, second, third].map((each) => index.add('a', each))).toEqual([1, 2, 3]);
  expect(index.add('a', other)).toBe(1);
  expect([...index.get('main', 'a')]).toEqual([first, second, third]);
  expect([...index.get(undefined, 'a')]).toHaveLength(4);
  expect([...index.get('main', 'b')]).toEqual([]);
  expect([...index.get('nobody', 'a')]).toEqual([]);
});

test('forgets the oldest of a key, down to none', () => {
  const index = new EngagementIndex();
  index.add('a', made(1));
  index.add('a', made(2));
  index.removeOldest('main', 'a');
  expect([...index.get('main', 'a')].map(({ id }) => id)).toEqual([2]);
  index.removeOldest('main', 'a');
  expect([...index.get('main', 'a')]).toEqual([]);
  expect(index.add('a', made(3))).toBe(1);
});
