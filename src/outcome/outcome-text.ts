/** An outcome for the eyes of a person: masked, as one line. Pure. */
import { maskName, maskNumber } from '../cdr/masking.ts';
import type { EnrichedCall } from './enriched-call.ts';

/** The same outcome without full numbers and names. Ids stay: they are what a person goes on with in HubSpot. */
export function maskedOutcome(outcome: EnrichedCall): EnrichedCall {
  const party = (end: EnrichedCall['from']) => ({ ...end, e164: end.e164 === null ? null : maskNumber(end.e164) });
  const name = (text: string | null) => (text === null ? null : maskName(text));
  return {
    ...outcome,
    from: party(outcome.from),
    to: party(outcome.to),
    matches: outcome.matches.map((match) => ({
      ...match,
      email: name(match.email),
      firstName: name(match.firstName),
      lastName: name(match.lastName),
      name: name(match.name),
    })),
  };
}

/** `2026-11-24T22:48:01.000Z  main  enriched  MISSED  +41********79 > +41********00  J*** D*** (contact 123)  call-1` */
export function outcomeLine(outcome: EnrichedCall): string {
  const { outcome: end, reason, portal, externalCallId, from, to, finalCallStatus, completedAt } = outcome;
  return [
    new Date(Number(completedAt)).toISOString(),
    portal,
    end === 'skipped' ? `skipped (${reason})` : end,
    finalCallStatus,
    `${partyText(from)} > ${partyText(to)}`,
    matchesText(outcome),
    externalCallId,
  ].join('  ');
}

/** Who HubSpot says it was. */
export function matchesText({ outcome, matchKind, matches }: EnrichedCall): string {
  if (outcome === 'skipped') return '-';
  if (matchKind === 'unknown') return 'matches unknown';
  if (matches.length === 0) return 'nobody known';
  return matches
    .map(({ callerIdType, objectId, firstName, lastName, name, email }) => {
      const who = [firstName, lastName].filter((part) => part !== null).join(' ') || name || email || '';
      return `${who} (${callerIdType.toLowerCase()} ${objectId})`.trimStart();
    })
    .join(', ');
}

function partyText({ e164, extension }: EnrichedCall['from']): string {
  return `${e164 ?? 'withheld'}${extension === null ? '' : ` ext. ${extension}`}`;
}
