import { expect, it } from 'vitest';
import { nameOfReplay, replayGroup } from '../../../src/replay/name.ts';

it('is the same for the same command, in whatever order its options stand', () => {
  const name = nameOfReplay({ from: '-30d', to: 'latest', portal: ['acme'], status: undefined });
  expect(nameOfReplay({ portal: ['acme'], to: 'latest', from: '-30d' })).toBe(name);
  expect(nameOfReplay({ portal: ['beta'], to: 'latest', from: '-30d' })).not.toBe(name);
  expect(replayGroup('callmatch', name)).toBe(`callmatch.replay.${name}`);
});

it('refuses what does not do as the name of a group', () => {
  expect(() => replayGroup('callmatch', 'a b')).toThrow('--name a b: expected small letters, digits and -');
});
