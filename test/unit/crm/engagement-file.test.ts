import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engagement } from '../../../src/crm/engagement.ts';
import { EngagementFile } from '../../../src/crm/engagement-file.ts';
import { SimulatorClock } from '../../support/simulator-clock.ts';

let folder = '';
let path = '';
let clock = new SimulatorClock();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callmatch-crm-'));
  path = join(folder, 'crm.sqlite');
  clock = new SimulatorClock();
});
afterEach(() => rmSync(folder, { recursive: true }));

const made = (id: number) =>
  new Engagement({ id, portal: 'main', externalCallId: `c${id}`, createdAt: id + 0.5, propertiesJson: '{"a":"ü"}' });

test('what was appended is there after a restart, in order', () => {
  {
    using file = EngagementFile.open(path, 100, clock);
    for (const id of [1, 2, 3]) file.append(made(id));
  }
  using again = EngagementFile.open(path, 100, clock);
  expect([...again.engagements()]).toEqual([made(1), made(2), made(3)]);
});

test('a batch is written a moment later, in one go', () => {
  using file = EngagementFile.open(path, 100, clock);
  file.append(made(1));
  file.append(made(2));
  expect(clock.delays).toEqual([200]);
  expect([...file.engagements()]).toEqual([]);
  clock.advance(200);
  expect([...file.engagements()]).toHaveLength(2);
  expect(clock.delays).toEqual([]);
});

test('only the newest stay in the file, and a clear removes all, also what waits', () => {
  using file = EngagementFile.open(path, 2, clock);
  for (const id of [1, 2, 3, 4]) file.append(made(id));
  file.flush();
  expect([...file.engagements()].map(({ id }) => id)).toEqual([3, 4]);
  file.append(made(5));
  file.clear();
  file.flush();
  expect([...file.engagements()]).toEqual([]);
});

test('a write that fails is told, keeps its batch, and is tried again', () => {
  using file = EngagementFile.open(path, 100, clock);
  file.append(made(1));
  file.flush();
  file.append(made(1));
  file.flush();
  expect(file.failure).toMatch(/UNIQUE/);
  expect(clock.delays).toContain(200);
  file.clear();
  file.append(made(2));
  clock.advance(400);
  expect(file.failure).toBeUndefined();
  expect([...file.engagements()].map(({ id }) => id)).toEqual([2]);
});

test('a file that is no store, or is in use, is refused', () => {
  const refusal = expect.objectContaining({ code: 'simulator-invalid', message: expect.stringContaining(folder) });
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'This is not a database, and long enough to be seen as none.'.repeat(20));
  expect(() => EngagementFile.open(text, 100, clock)).toThrow(refusal);
  expect(() => EngagementFile.open(join(folder, 'no', 'where.sqlite'), 100, clock)).toThrow(refusal);
  using _file = EngagementFile.open(path, 100, clock);
  expect(() => EngagementFile.open(path, 100, clock)).toThrow(refusal);
});
