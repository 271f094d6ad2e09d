/** Files that are not part of the repository and lie beside the checkout, in `../shared`. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside the checkout; one folder further up where the checkout is a git worktree. */
const PLACES = ['../../../shared/', '../../../../shared/'];

/** Path of a file or a folder in `../shared`; undefined where it is absent. @param name such as `hubspot/x.json` */
export function besideCheckout(name: string): string | undefined {
  return PLACES.map((place) => fileURLToPath(new URL(place + name, import.meta.url))).find((path) => existsSync(path));
}
