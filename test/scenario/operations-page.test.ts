/** The run-books of docs/operations.md, typed in their order at a service that is in each situation. */
import { expect, it } from 'vitest';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { type Operated, operate } from '../support/operated.ts';
import { openShell, readPage, shown } from '../support/page.ts';

interface Situation {
  readonly before?: () => Promise<void>;
  /** What a person does before a command, by the command. */
  readonly meanwhile?: Readonly<Record<string, () => Promise<void>>>;
  readonly after?: () => Promise<void>;
}

const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n + 1}`);

/** By the titles of the sections. */
function situations(cluster: Cluster, operated: Operated): Readonly<Record<string, Situation>> {
  const { callmatch, start, stop, send, untilStatus, untilMade, untilBuried, untilDone } = operated;
  const { crm, source, config } = callmatch;
  const ends = async () =>
    (await cluster.admin.fetchTopicOffsets(source)).map(({ partition, high }) => ({ partition, offset: high }));
  return {
    'How things stand': {
      async before() {
        await start();
        await send('main', ids('first', 3));
        await untilMade(ids('first', 3));
      },
    },
    'HubSpot is down': {
      async before() {
        crm.addFault({ kind: 'reset-before-write' });
        await send('main', ids('outage', 12));
        await untilStatus('"breaker":"open"');
      },
      async after() {
        crm.clearFaults();
        await untilMade(ids('outage', 12));
      },
    },
    'A token was revoked': {
      async before() {
        await send('acme', ids('acme', 3));
        await untilStatus('crm-unauthorized');
      },
      after: () => untilMade(ids('acme', 3)),
    },
    'A bad mapping was deployed': {
      async before() {
        await stop();
        await start('bad');
        // The page shows the first dead letter of a partition.
        await send('main', ['bad-1'], { partition: 1 });
        await send('main', ['bad-2'], { partition: 0 });
        await send('main', ['bad-skipped'], { status: 'BUSY' });
        await untilBuried(2);
        await untilDone();
        await stop();
        await start();
      },
      after: () => untilMade([...ids('bad', 2), 'bad-skipped']),
    },
    'An account is connected late': {
      async before() {
        await send('late', ids('late', 3));
        await untilBuried(5);
      },
      after: () => untilMade(ids('late', 3)),
    },
    'Backfill of a month': {
      async before() {
        await stop();
        await send('main', ids('old', 5));
        await cluster.admin.setOffsets({ groupId: config.kafka.groupId, topic: source, partitions: await ends() });
        await start();
      },
      after: () => untilMade(ids('old', 5)),
    },
    'The quota is too small': {},
    'A call is in HubSpot twice': {
      async before() {
        await send('main', ['twice-1'], { partition: 0 });
        await send('main', ['twice-1'], { partition: 1 });
        await untilDone();
      },
    },
    'Moving the group': {
      meanwhile: { 'callmatch offsets reset --to -2h --backup before.json': stop },
    },
    'A partition stopped': {
      async before() {
        await send('main', ids('lost', 3), { partition: 0 });
        const first = (await ends()).find(({ partition }) => partition === 0);
        const offset = String(Number(first?.offset) - 1);
        await cluster.admin.deleteTopicRecords({ topic: source, partitions: [{ partition: 0, offset }] });
        await start();
        await untilStatus('"offsetLost":true');
      },
      meanwhile: { 'callmatch offsets reset --to earliest --partitions 0': stop },
      async after() {
        await start();
        await untilMade(['lost-3']);
      },
    },
    "Erasing a person's data": {
      async before() {
        crm.addFault({ kind: 'status', status: 400, externalCallId: 'erase-1' });
        await send('main', ['erase-1']);
        await untilBuried(6);
      },
    },
  };
}

it('does what the run-books say', async () => {
  await using cluster = await connectCluster();
  await using operated = await operate(cluster);
  await using shell = await openShell(operated.folder, { CALLMATCH_CONFIG: operated.callmatch.file });
  const prepared = situations(cluster, operated);
  for (const { title, commands } of await readPage('operations.md')) {
    const { before, meanwhile, after } = prepared[title] ?? {};
    expect(Object.keys(prepared), 'every section has its situation').toContain(title);
    await before?.();
    for (const { line, code, output } of commands) {
      await meanwhile?.[line]?.();
      const ended = await shell.run(line);
      expect({ line, code: ended.code }, `${ended.out}\n${ended.err}`).toEqual({ line, code });
      if (output !== undefined) expect(ended.out).toMatch(shown(output));
    }
    await after?.();
  }
  expect(operated.callmatch.crm.stats().repeatedCallIds).toBe(0);
}, 240_000);
