/** Dead letters beside the service that buries them: shown, redriven, written back, purged; as processes of their own. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { readLetter } from '../../src/dead-letters/letter.ts';
import { openCallmatch } from '../support/callmatch.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

/** More of them to see the figures: `CALLMATCH_LETTERS=5000`. */
const LETTERS = Number(process.env.CALLMATCH_LETTERS ?? 60);
const QUOTA = { requests: Math.max(10, LETTERS / 40), window: '500ms' } as const;
const KILLS = LETTERS > 1_000 ? [0.2, 0.4, 0.6, 0.8] : [0.4];

it(
  'redrives each letter once, whatever happens on the way',
  async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      quota: QUOTA,
      source: { format: 'json' },
      crm: { latency: '5-10ms', searchLagMs: 200 },
      kafka: { sessionTimeout: '6s' },
      hubspot: { timeouts: { request: '2s' } },
      delivery: { inDoubt: { settle: '3s' } },
    });
    const { crm, source } = callmatch;
    const call = (id: string) => {
      return { id, direction: 'inbound', from: '+12025550179', to: '+12125550100', status: 'MISSED' };
    };
    const send = (...values: object[]) =>
      cluster.produce(
        source,
        values.map((value, n) => ({ key: String(n), value: JSON.stringify(value) })),
      );
    const run = async (...command: string[]) => {
      const process = callmatch.spawn('dlq', ...command);
      return { code: await process.ended, text: process.log() };
    };
    const made = (id: string) => crm.engagements({ externalCallId: id }).length;
    const processor = await callmatch.start();
    const ends = async () =>
      (await processor.telemetry.count('callEnriched')) + (await processor.telemetry.count('callBuried'));
    const untilEnded = (count: number) =>
      eventually(
        () => `${count} calls have ended`,
        async () => (await ends()) === count,
        30_000 + LETTERS * 20,
      );

    crm.addFault({ kind: 'status', status: 400, externalCallId: 'list-1', count: 2 });
    await send([call('list-0'), call('list-1'), call('list-2')]);
    await untilEnded(3);
    crm.addFault({ kind: 'status', status: 400, count: LETTERS });
    const ids = Array.from({ length: LETTERS }, (_, n) => `call-${n}`);
    await send(...ids.map(call));
    await untilEnded(3 + LETTERS);
    expect(crm.stats().engagements).toBe(2);

    const parked = callmatch.spawn('parked', 'list');
    const [list, show, rehearsal] = await Promise.all([
      run('list', '--json'),
      run('show', '--external-id', 'list-1'),
      run('redrive', '--all', '--dry-run'),
    ]);
    expect(await parked.ended, parked.log()).toBe(0);
    expect(parked.log()).toContain('0 parked calls.');
    expect(list.code, list.text).toBe(4);
    expect(JSON.parse(list.text)).toMatchObject({ code: 'crm-rejected', portal: 'main', count: LETTERS + 1 });
    expect(show.code, show.text).toBe(0);
    expect(show.text).toMatch(/http-status 400[\s\S]*now {7}submitted/);
    expect(show.text).not.toContain('5550179');
    expect(rehearsal.text).toMatch(new RegExp(` ${LETTERS + 1} {2}submitted`));
    expect(crm.stats().engagements).toBe(2);

    // Of its record only the call that failed; it fails again, and comes back with a count.
    const refused = await run('redrive', '--external-id', 'list-1');
    expect(refused.code, refused.text).toBe(4);
    const again = (await callmatch.deadLetters())
      .flatMap((record) => readLetter(record) ?? [])
      .find(({ redrives }) => redrives > 0);
    expect(again).toMatchObject({ externalCallId: 'list-1', callIndex: 1, redrives: 1, attempts: 2 });
    expect(crm.stats().engagements).toBe(2);

    const began = Date.now();
    for (const part of KILLS) {
      const killed = callmatch.spawn('dlq', 'redrive', '--all', '--json');
      await eventually(
        () => `${crm.stats().engagements} are made: ${killed.log()}`,
        () => crm.stats().engagements >= 2 + part * LETTERS,
        30_000 + LETTERS * 20,
      );
      killed.kill('SIGKILL');
      await killed.ended;
    }
    const last = await run('redrive', '--all', '--json');
    expect(last.code, last.text).toBe(0);
    const summary = JSON.parse(last.text.trim().split('\n').at(-1) ?? '');
    expect(summary).toMatchObject({ isFinished: true, counts: { buried: {} }, left: {} });
    const figures = { letters: LETTERS, kills: KILLS.length, ms: Date.now() - began, last: summary };
    process.stdout.write(`[redrive] ${JSON.stringify(figures)}\n`);
    expect(ids.filter((id) => made(id) !== 1)).toEqual([]);
    expect(['list-0', 'list-1', 'list-2'].map(made)).toEqual([1, 1, 1]);

    // Back to the source: the service reads it again, once.
    crm.addFault({ kind: 'status', status: 400, count: 2 });
    await send(call('back'), call('large'));
    await untilEnded(5 + LETTERS);
    const toSource = () => run('redrive', '--to-source', '--external-id', 'back');
    const both = await Promise.all([toSource(), toSource()]);
    // One at a time: the other is refused, or finds nothing to do.
    expect(
      both.filter(({ text }) => text.includes('1 of 1 dead letters')),
      both.map(({ text }) => text).join(),
    ).toHaveLength(1);
    await untilEnded(6 + LETTERS);
    expect(made('back')).toBe(1);

    // Given up; and one that was too large to be kept is read from the source.
    const large = (await callmatch.deadLetters()).findLast(({ value }) => value?.includes('"large"'));
    const purged = await run('purge', '--all', '--yes');
    expect(purged.text).toMatch(/1 dead letters are given up/);
    expect((await run('list')).code).toBe(0);
    if (large === undefined) throw new Error('the letter is not there');
    const sha256 = createHash('sha256')
      .update(large.value ?? '')
      .digest('hex');
    const headers = { ...large.headers, 'callmatch.value-omitted': '1', 'callmatch.value-sha256': sha256 };
    // biome-ignore lint/suspicious/noExplicitAny: kafkajs knows no header without a value, of which there is none here
    const letter = { partition: large.partition, value: null, headers: headers as any };
    await cluster.produce(source + callmatch.config.output.dlqSuffix, [letter]);
    const omitted = await run('redrive', '--all');
    expect(omitted.code, omitted.text).toBe(0);
    expect(made('large')).toBe(1);
    expect((await run('list')).code).toBe(0);
    expect(await ends()).toBe(6 + LETTERS);
  },
  180_000 + LETTERS * 60,
);
