import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { createTrialPortals } from '../../../src/trial/trial-portals.ts';
import { sampleCall } from '../../support/sample-call.ts';

const { portals } = configSchema.parse({
  sources: [{ topic: 'a', portal: { did: true } }],
  portals: {
    one: { token: 'x', hubId: 7, numbers: ['+4131*'] },
    two: { token: 'y', users: { table: { Alice: 12 } } },
  },
});
const directory = createTrialPortals(portals);

describe('the portals of a trial', () => {
  it('are found by name, hub id and number called', () => {
    expect(directory.named('one')?.portal.name).toBe('one');
    expect(directory.named('7')?.portal.name).toBe('one');
    expect(directory.numbered('+41315550100')?.portal.name).toBe('one');
    expect(directory.named('three')).toBeUndefined();
  });

  it('know the users of their table', () => {
    const { userId: _, ...call } = sampleCall({ agent: 'alice', agents: [] });
    expect(directory.named('two')?.portal.attribute(call).userId).toBe(12);
    expect(directory.named('one')?.portal.attribute(call).userId).toBeUndefined();
  });
});
