import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePorts } from '../../../src/dev/free-port.ts';

/** A source of "random" numbers that repeats the last one for ever. */
function sequence(...values: number[]): () => number {
  let next = 0;
  return () => values[Math.min(next++, values.length - 1)] ?? 0;
}

/** The value that stands for a port in the range of 12,000 from 20,000 on. */
const valueFor = (port: number) => (port - 20_000 + 0.5) / 12_000;

describe('freePorts', () => {
  it('gives different ports outside the range of outgoing connections', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(ports.every((port) => port >= 20_000 && port < 32_000)).toBe(true);
  });

  it('passes over a port that something listens on, and one that it has given already', async () => {
    const [busy = 0, first = 0, second = 0] = await freePorts(3);
    const server = createServer().listen(busy, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await freePorts(2, sequence(...[busy, first, first, second].map(valueFor)))).toEqual([first, second]);
    } finally {
      server.close();
    }
  });

  it('gives up when it finds none', async () => {
    const [only = 0] = await freePorts(1);
    await expect(freePorts(2, sequence(valueFor(only)))).rejects.toThrow('no 2 free ports');
  });
});
