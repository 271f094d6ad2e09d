/** Ports for the servers of the embedded stack. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range that operating systems take for outgoing connections (from 32768 on Linux, from 49152 elsewhere).
 * A port that the system itself hands out (`listen(0)`) lies inside that range, and then a broker that is down for a
 * moment can lose its port for good: a client that keeps knocking at it may be given that very port as its own end,
 * and so connect to itself.
 */
const FIRST = 20_000;
const LAST = 31_999;
const ATTEMPTS = 50;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** That many different loopback ports that nothing listens on at this moment. */
export async function freePorts(count: number, random: () => number = Math.random): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS && ports.size < count; attempt++) {
    const port = FIRST + Math.floor(random() * (LAST - FIRST + 1));
    if (!ports.has(port) && (await isFree(port))) {
      ports.add(port);
    }
  }
  if (ports.size < count) {
    throw new Error(`no ${count} free ports between ${FIRST} and ${LAST} in ${ATTEMPTS} attempts`);
  }
  return [...ports];
}
