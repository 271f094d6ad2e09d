/** What holds between portals, and between sources and portals. Pure. */
import { createPortalIndex, type PortalMarks } from '../routing/portal-index.ts';
import type { Path } from './path.ts';

/** `expected` completes the sentence "expected …". */
export type Complain = (path: Path, expected: string) => void;

type Portals = Readonly<Record<string, PortalMarks>>;

interface Source {
  readonly portal?: { readonly name: string } | object | undefined;
}

/** Every hub id and every number belongs to one portal: a record could not be told whose it is. */
export function checkPortals(portals: Portals, complain: Complain): void {
  createPortalIndex(portals, ({ first, path }) => {
    const mark = path[1] === 'hubId' ? 'a hubId' : 'a number';
    complain(['portals', ...path], `${mark} of its own (portal ${first} has it too)`);
  });
}

/** A source that names its portal names one there is; one that names none has no choice. */
export function checkSources(sources: readonly Source[], portals: Portals, complain: Complain): void {
  const names = Object.keys(portals);
  for (const [index, { portal }] of sources.entries()) {
    if (portal === undefined ? names.length === 1 : !('name' in portal) || Object.hasOwn(portals, String(portal.name)))
      continue;
    complain(['sources', index, 'portal', 'name'], `one of the configured portals (${listOf(names)})`);
  }
}

const MOST_LISTED = 10;

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return more > 0 ? `${names.slice(0, MOST_LISTED).join(', ')} and ${more} more` : names.join(', ');
}
