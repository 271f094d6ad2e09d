/**
 * A program of its own, started by `docker-stack.ts`: waits until its parent is gone, then removes the containers that
 * carry the given label. Usage: node container-guard.ts LABEL VALUE, with a pipe of the parent as stdin.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** A container that was being created when the parent died appears a moment later: look more than once. */
const SWEEPS_AFTER_MS = [0, 1_000, 2_000];

export async function removeContainers(label: string, value: string): Promise<void> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { container: containers } = await getContainerRuntimeClient();
  const found = await containers.dockerode.listContainers({ all: true, filters: { label: [`${label}=${value}`] } });
  for (const { Id: id } of found) {
    await containers.getById(id).remove({ force: true, v: true });
  }
}

if (import.meta.main) {
  const [label, value] = process.argv.slice(2);
  if (label !== undefined && value !== undefined) {
    // The parent never writes: the loop ends when its end of the pipe is closed.
    for await (const _ of process.stdin);
    for (const ms of SWEEPS_AFTER_MS) {
      await delay(ms);
      await removeContainers(label, value);
    }
  }
}
