import { expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { replayConfig } from '../../../src/replay/config.ts';

const config = configSchema.parse({
  kafka: { groupId: 'callmatch' },
  sources: [
    { topic: 'a', portal: { name: 'main' } },
    { topic: 'b', portal: { name: 'quiet' } },
  ],
  portals: { main: { token: 't' }, quiet: { token: 'u', engagement: { create: false } } },
});
const settings = { group: 'callmatch.replay.x', topics: ['b'], createEngagement: undefined, port: 0 };

it('is the service in the backfill lane, in a group of its own, on the topics that were asked for', () => {
  const replay = replayConfig(config, settings);
  expect(replay.kafka).toEqual({ ...config.kafka, groupId: 'callmatch.replay.x', onOffsetLost: 'resume' });
  expect(replay.sources.map(({ topic }) => topic)).toEqual(['b']);
  expect(replay.delivery).toEqual({ ...config.delivery, lane: 'backfill', onPause: 'wait' });
  expect(replay.http.port).toBe(0);
  expect(replay.portals).toEqual(config.portals);
});

it.each([true, false])('logs calls in HubSpot or not: %s', (createEngagement) => {
  const { portals } = replayConfig(config, { ...settings, createEngagement });
  expect(Object.values(portals).map(({ engagement }) => engagement.create)).toEqual([
    createEngagement,
    createEngagement,
  ]);
});

it('does not take what it shall send again for repeats of what the service has sent', () => {
  const { duplicates } = config.delivery;
  expect(replayConfig(config, settings).delivery.duplicates).toEqual(duplicates);
  expect(replayConfig(config, { ...settings, resubmit: true }).delivery.duplicates.age).toBe(1_000);
});
