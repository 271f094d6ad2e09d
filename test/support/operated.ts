/** A service that is operated from a shell: brought into trouble, stopped, and started again with another mapping. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../src/dev/free-port.ts';
import { type Callmatch, type CallmatchProcess, openCallmatch } from './callmatch.ts';
import type { Cluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { createTemporaryFiles } from './temporary-files.ts';

const MAPPING = {
  name: 'calls',
  version: 2,
  requires: [{ exists: 'status' }],
  call: {
    externalCallId: 'id',
    direction: { constant: 'inbound' },
    status: { of: 'status', table: { BUSY: 'BUSY', MISSED: 'MISSED' } },
    startedAt: { time: 'at' },
    from: { number: 'from' },
    to: { number: 'to' },
  },
};

/** What somebody deployed by mistake: a pattern that no time has, and a skip of calls that it should not skip. */
const BAD_MAPPING = {
  ...MAPPING,
  version: 1,
  skip: [{ reason: 'filtered', when: { value: 'status', is: 'BUSY' } }],
  call: { ...MAPPING.call, startedAt: { time: 'at', pattern: 'dd.MM.yyyy HH:mm', zone: 'UTC' } },
};

export interface Operated extends AsyncDisposable {
  readonly callmatch: Callmatch;
  /** With files of portals, and new ones to put there. */
  readonly folder: string;
  /** Starts the service, and awaits that it reads. */
  start(mapping?: 'good' | 'bad'): Promise<void>;
  stop(): Promise<void>;
  /** Sends one call after the other. */
  send(portal: string, ids: readonly string[], more?: { partition?: number; status?: 'BUSY' }): Promise<void>;
  /** Awaits that this stands in what `/status` says. */
  untilStatus(text: string): Promise<void>;
  /** Awaits that HubSpot has each of these calls. */
  untilMade(ids: readonly string[]): Promise<void>;
  /** Awaits that there are so many dead letters. */
  untilBuried(count: number): Promise<void>;
  /** Awaits that all that was sent is committed. */
  untilDone(): Promise<void>;
}

/** Portals `main`, `acme`, whose token was revoked, and `late`, which is not configured; in files where they have one. */
export async function operate(cluster: Cluster): Promise<Operated> {
  await using parts = new AsyncDisposableStack();
  const files = parts.use(createTemporaryFiles());
  const inFolder = (name: string) => join(files.folder, name);
  await mkdir(inFolder('portals'));
  const mapping = files.write('calls.yaml', '');
  const [port = 0] = await freePorts(1);
  const callmatch = parts.use(
    await openCallmatch(cluster, {
      portalNames: ['main', 'acme', 'late'],
      partitions: 2,
      source: { format: 'json', mapping },
      crm: { searchLagMs: 200 },
      hubspot: { timeouts: { request: '2s' } },
      delivery: { inDoubt: { settle: '3s' } },
      change: ({ portals: { main = {} }, ...input }) => {
        return {
          ...input,
          portals: { main },
          portalFiles: inFolder('portals'),
          http: { host: '127.0.0.1', port },
        };
      },
    }),
  );
  const { crm, source } = callmatch;
  const portal = (name: string, hubId: number, token: string) =>
    files.write(name, JSON.stringify({ hubId, baseUrl: crm.url, token, quota: 'none' }));
  portal('acme.yaml.new', 2, 'sim-acme');
  portal('late.yaml.new', 3, 'sim-late');
  await copyFile(portal('acme.yaml', 2, 'revoked'), inFolder('portals/acme.yaml'));

  let service: CallmatchProcess | undefined;
  const log = () => service?.log().slice(-2_000);
  const owned = parts.move();
  return {
    callmatch,
    folder: files.folder,
    async start(which = 'good') {
      await writeFile(mapping, JSON.stringify(which === 'good' ? MAPPING : BAD_MAPPING));
      const started = callmatch.spawn();
      service = started;
      await eventually(started.log, () => started.log().includes('partitions restored'));
    },
    async stop() {
      service?.kill('SIGTERM');
      if ((await service?.ended) !== 0) throw new Error(`it did not stop well: ${service?.log()}`);
    },
    async send(name, ids, { partition, status = 'MISSED' } = {}) {
      const at = new Date().toISOString();
      const messages = ids.map((id) => {
        const value = JSON.stringify({ id, status, at, from: '+12025550179', to: '+12125550100' });
        return { key: id, value, headers: { portal: name }, ...(partition !== undefined && { partition }) };
      });
      await cluster.produce(source, messages);
    },
    untilStatus: (text) =>
      eventually(
        () => `${text} in the status: ${log()}`,
        async () => (await (await fetch(`http://127.0.0.1:${port}/status`)).text()).includes(text),
      ),
    untilMade: (ids) =>
      eventually(
        () => `${ids} are made: ${log()}`,
        () => ids.every((externalCallId) => crm.engagements({ externalCallId }).length > 0),
      ),
    untilBuried: (count) =>
      eventually(
        () => `${count} are buried: ${log()}`,
        async () => (await callmatch.deadLetters()).length >= count,
      ),
    async untilDone() {
      const ends = await cluster.admin.fetchTopicOffsets(source);
      const wanted = ends.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
      await eventually(
        () => `${wanted} are committed`,
        async () => (await callmatch.committed()).join() === wanted.join(),
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
