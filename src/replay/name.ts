/** The consumer group of a replay. Pure. */
import { hash } from 'node:crypto';
import { CallmatchError } from '../errors.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * A name that the same command always gets, so that it goes on where it stopped, and so that several processes share the
 * work. It is made from what was asked for, as it was written: `-24h` means another range every day, by the same name.
 */
export function nameOfReplay(asked: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return hash('sha256', JSON.stringify(entries)).slice(0, 10);
}

/** Throws `replay-invalid` for a name that does not do in a group's name. */
export function replayGroup(liveGroup: string, name: string): string {
  if (!NAME.test(name)) {
    throw new CallmatchError('replay-invalid', `--name ${name}: expected small letters, digits and -`);
  }
  return `${liveGroup}.replay.${name}`;
}
