/** What the instances of a group say of themselves, over HTTP. */
import { messageOf } from '../errors.ts';
import type { ProcessorStatus } from '../status.ts';

export interface Instance {
  /** Origin that was asked, such as `http://10.0.0.7:8080`. */
  readonly url: string;
  /** What it said; undefined when it did not answer. */
  readonly status?: ProcessorStatus;
  /** Why it is not ready; empty when it is. */
  readonly notReady: readonly string[];
  /** Why there is no status. */
  readonly failure?: string;
}

/** An instance answers at once or not at all. */
const PATIENCE_MS = 2_000;

/** Asks all at the same time. Never rejects: one that does not answer is told with the reason. */
export function askInstances(urls: readonly string[], group: string): Promise<Instance[]> {
  return Promise.all(
    urls.map(async (url): Promise<Instance> => {
      try {
        const status = parse(await (await get(`${url}/status`)).text());
        if (status === undefined) return { url, notReady: [], failure: 'something else answers there' };
        // One host may run several groups; its port belongs to one of them.
        if (status.group !== group) return { url, notReady: [], failure: `it is of group ${status.group}` };
        const ready = await get(`${url}/ready`);
        const reasons = ready.ok ? [] : (await ready.text()).trim().split('\n');
        return { url, status, notReady: reasons };
      } catch (error) {
        return { url, notReady: [], failure: reasonOf(error) };
      }
    }),
  );
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
}

function parse(text: string): ProcessorStatus | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isStatus = typeof found === 'object' && found !== null && 'group' in found && 'partitions' in found;
  // Written by `startOpsServer` of this or another version of callmatch; what is missing is shown as nothing.
  return isStatus ? (found as ProcessorStatus) : undefined;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(cause);
}
