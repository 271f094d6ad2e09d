import { describe, expect, it } from 'vitest';
import { createSchemaLoader } from '../../../src/registry/schema-loader.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

function setUp(failures: number) {
  const clock = new ManualClock();
  const tries: number[] = [];
  const happened: string[] = [];
  const stop = new AbortController();
  const load = async () => {
    tries.push(clock.now());
    if (tries.length <= failures) throw new Error('registry down');
  };
  const loader = createSchemaLoader({ load }, clock, { happened: (name) => happened.push(name) }, stop.signal);
  return { clock, tries, happened, stop, loader };
}

describe('schema loader', () => {
  it('loads at once when the registry is there', async () => {
    const { loader, happened } = setUp(0);
    await loader(7);
    expect(happened).toEqual(['schemaLoaded']);
  });

  it('tries for as long as it takes, ever more slowly up to ten seconds', async () => {
    const { clock, loader, tries, happened } = setUp(9);
    const loaded = loader(7);
    await clock.elapse(60_000);
    await loaded;
    const pauses = tries.slice(1).map((at, n) => at - (tries[n] ?? 0));
    expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
    expect(happened.filter((name) => name === 'schemaFailed')).toHaveLength(9);
  });

  it('ends with the reason of a stop, and leaves nothing behind', async () => {
    const { clock, loader, stop, tries } = setUp(100);
    const loading = loader(7);
    await settled();
    stop.abort('closing');
    await expect(loading).rejects.toBe('closing');
    expect(clock.pending).toBe(0);
    await expect(loader(8)).rejects.toBe('closing');
    expect(tries).toHaveLength(1);
  });
});
