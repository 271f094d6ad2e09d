/** `callmatch offsets` as an operator meets it: where the group stands, moved, and moved back. */
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { callmatch, type Ended } from '../support/callmatch-process.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { createTemporaryFiles, type TemporaryFiles } from '../support/temporary-files.ts';

const HOUR_MS = 3_600_000;

interface Terminal {
  offsets(...args: string[]): Promise<Ended>;
  /** One object a line of what it printed with `--json`. */
  show(): Promise<{ readonly code: number; readonly lines: Record<string, unknown>[] }>;
}

/** A terminal in a folder of its own, with a configuration of that group and source. */
function openTerminal(cluster: Cluster, files: TemporaryFiles, topic: string, groupId = `group-${topic}`): Terminal {
  const env = {
    CALLMATCH_KAFKA__BROKERS: cluster.brokers.join(),
    CALLMATCH_KAFKA__GROUP_ID: groupId,
    CALLMATCH_SOURCES__0__TOPIC: topic,
    CALLMATCH_PORTALS__MAIN__TOKEN: 'sim-main',
  };
  const offsets = (...args: string[]) => callmatch(['offsets', ...args], { cwd: files.folder, env });
  return {
    offsets,
    async show() {
      const { code, out, err } = await offsets('show', '--json');
      expect(err).toBe('');
      return { code, lines: linesOf(out).map((line) => JSON.parse(line)) };
    },
  };
}

const linesOf = (text: string) => text.trim().split('\n');

/** What the broker has of the group, with the metadata, by partition. */
async function committed(cluster: Cluster, topic: string) {
  const [answer] = await cluster.admin.fetchOffsets({ groupId: `group-${topic}`, topics: [topic] });
  return [...(answer?.partitions ?? [])].sort((a, b) => a.partition - b.partition);
}

async function offsetsOf(cluster: Cluster, topic: string): Promise<number[]> {
  return (await committed(cluster, topic)).map(({ offset }) => Number(offset));
}

/** `count` records in partition 0. */
async function produceInto(cluster: Cluster, topic: string, count: number): Promise<void> {
  await cluster.produce(
    topic,
    Array.from({ length: count }, () => ({ partition: 0, value: 'x' })),
  );
}

describe('callmatch offsets', () => {
  it('shows where the group stands and what retention deleted, and goes on behind it', async () => {
    await using cluster = await connectCluster();
    await using files = createTemporaryFiles();
    const topic = await cluster.createTopic('calls', 2);
    const { offsets, show } = openTerminal(cluster, files, topic);
    await produceInto(cluster, topic, 10);
    const group = { group: `group-${topic}`, members: 0, topic };

    expect(await show()).toMatchObject({
      code: 0,
      lines: [
        { ...group, partition: 0, state: 'uncommitted', committed: null, start: 0, end: 10, lag: null, lost: 0 },
        { ...group, partition: 1, state: 'uncommitted', committed: null, start: 0, end: 0, lag: null, lost: 0 },
      ],
    });
    expect((await offsets('reset', '--to', '4', '--partitions', '0')).code).toBe(0);
    expect(await show()).toMatchObject({
      code: 0,
      lines: [{ state: 'in-range', committed: 4, lag: 6, lost: 0, metadata: 'none' }, { state: 'uncommitted' }],
    });

    // kafkajs finds the leaders only of topics that it has looked at before.
    await cluster.admin.fetchTopicOffsets(topic);
    await cluster.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '7' }] });
    expect(await show()).toMatchObject({
      code: 4,
      lines: [{ state: 'before-start', committed: 4, start: 7, end: 10, lag: 3, lost: 3 }, { state: 'uncommitted' }],
    });
    const table = await offsets('show');
    expect(table.code).toBe(4);
    expect(table.out).toMatch(/ 0 +4 +7 +10 +3 +3 .* OUT OF RANGE: deleted by retention/);
    expect(table.out).toContain('callmatch offsets reset --to earliest');

    expect((await offsets('reset', '--to', 'earliest')).code).toBe(0);
    expect(await show()).toMatchObject({ code: 0, lines: [{ committed: 7, lag: 3, lost: 0 }, { committed: 0 }] });
  });

  it('moves to the ends, to an offset and to a time', async () => {
    await using cluster = await connectCluster();
    await using files = createTemporaryFiles();
    const topic = await cluster.createTopic('calls');
    const { offsets } = openTerminal(cluster, files, topic);
    const now = Date.now();
    await cluster.produce(
      topic,
      [5, 4, 3, 2, 1].map((hours) => ({ value: 'x', timestamp: String(now - hours * HOUR_MS) })),
    );
    const localTime = new Date(now - 2.5 * HOUR_MS).toISOString().replace('Z', '+00:00');
    const targets = [
      ['latest', 5],
      ['earliest', 0],
      ['2', 2],
      ['210m', 2],
      [localTime, 3],
      [new Date(now - 1000).toISOString(), 5],
    ] as const;
    for (const [to, expected] of targets) {
      const { code, err } = await offsets('reset', '--to', to);
      expect({ to, code, err }).toEqual({ to, code: 0, err: '' });
      expect(await offsetsOf(cluster, topic), to).toEqual([expected]);
    }
  });

  it('changes nothing in a dry run, and nothing when anything is wrong', async () => {
    await using cluster = await connectCluster();
    await using files = createTemporaryFiles();
    const topic = await cluster.createTopic('calls', 2);
    const { offsets } = openTerminal(cluster, files, topic);
    await produceInto(cluster, topic, 10);
    files.write('taken.json', 'mine');

    const dry = await offsets('reset', '--to', '3', '--partitions', '0', '--dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain(`${topic}/0: nothing committed -> 3`);

    const mistakes = [
      [['--to', '3'], `${topic}/1 has 0 to 0`],
      [['--to', '2030-01-01T00:00:00Z'], 'in the future'],
      [['--to', '2026-01-01T00:00:00'], 'a time such as'],
      [['--to', 'latest', '--partitions', '1-2'], 'has no partition 2'],
      [['--to', 'latest', '--topic', 'other'], 'other is no source'],
      [['--to', 'latest', '--backup', 'taken.json'], 'taken.json'],
    ] as const;
    for (const [args, said] of mistakes) {
      const { code, err } = await offsets('reset', ...args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(err).toContain(said);
    }
    expect(await offsetsOf(cluster, topic)).toEqual([-1, -1]);
    expect(await readdir(files.folder)).toEqual(['taken.json']);
  });

  it('says what cannot be brought back: that nothing was committed', async () => {
    await using cluster = await connectCluster();
    await using files = createTemporaryFiles();
    const topic = await cluster.createTopic('calls', 2);
    const { offsets } = openTerminal(cluster, files, topic);
    await produceInto(cluster, topic, 10);
    await offsets('reset', '--to', '5', '--partitions', '0');
    await offsets('reset', '--to', 'latest', '--backup', 'old.json');
    expect(await offsetsOf(cluster, topic)).toEqual([10, 0]);

    const restored = await offsets('restore', 'old.json');
    expect(restored).toMatchObject({ code: 4, err: '' });
    expect(restored.out).toContain(`${topic}/0: 10 -> 5`);
    expect(restored.out).toContain(`${topic}/1: stays at 0; before it nothing was committed`);
    expect(await offsetsOf(cluster, topic)).toEqual([5, 0]);

    const other = openTerminal(cluster, files, topic, uniqueName('group'));
    expect(await other.offsets('restore', 'old.json')).toMatchObject({ code: 2 });
  });

  it('refuses while the service runs; later a restore gives the very same offsets and metadata', async () => {
    await using cluster = await connectCluster();
    await using files = createTemporaryFiles();
    await using service = await openWithStuckCall(cluster);
    const { offsets, show } = openTerminal(cluster, files, service.source);
    const running = service.spawn();
    const isBehind = ({ doneBehind }: Record<string, unknown>) => doneBehind === 99;
    await eventually(running.log, async () => (await show()).lines.some(isBehind));
    expect((await show()).lines[0]).toMatchObject({ groupState: 'Stable', members: 1, metadata: 'callmatch' });

    const refused = await offsets('reset', '--to', 'earliest');
    expect(refused.code, refused.err).toBe(3);
    expect(refused.err).toContain('group-active');
    expect(refused.err).toContain('1 of them: callmatch at ');
    expect((await offsets('reset', '--to', 'latest', '--dry-run')).code).toBe(0);

    running.kill('SIGTERM');
    await running.ended;
    const before = await committed(cluster, service.source);
    expect(before[0]).toMatchObject({ offset: '50', metadata: expect.stringContaining('"done"') });

    const reset = await offsets('reset', '--to', 'earliest', '--json');
    expect(reset, reset.err).toMatchObject({ code: 0, err: '' });
    const { backup } = JSON.parse(reset.out);
    expect(backup).toMatch(/^callmatch-offsets-group-calls-.*\.json$/);
    expect(await committed(cluster, service.source)).toEqual([{ partition: 0, offset: '0', metadata: null }]);

    const restored = await offsets('restore', backup);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(await committed(cluster, service.source)).toEqual(before);
    expect(await readdir(files.folder), 'what the restore replaced is saved, too').toHaveLength(2);
  });
});

/** 150 calls of which all but the 51st can be submitted. */
async function openWithStuckCall(cluster: Cluster): Promise<Callmatch> {
  const service = await openCallmatch(cluster, { partitions: 1 });
  service.crm.addFault({ kind: 'status', status: 423, externalCallId: `${service.source}-50` });
  await produceCalls(service, service.source, 150);
  return service;
}
