/** What leaves callmatch without a request. */
import type { Delivery } from '../kafka/delivery.ts';

/**
 * What ends without a request waits as well until a commit says that something may have left: else two owners publish
 * it. What was sent has waited for that already.
 */
export async function dispatched({ permission, signal }: Pick<Delivery, 'permission' | 'signal'>): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    await permission.wait(signal);
    const isClaimed = permission.claim();
    if (isClaimed === true) return;
    await isClaimed;
  }
}
