import type { SeedCompany, SeedContact } from './seed-record.ts';

const E164 = /^\+[1-9]\d{1,14}$/;
const PUNCTUATION = /[\s().\-/]/g;

/** One entry of `callerIdMatches`, cut where the portal's id goes in. */
interface Entry {
  readonly before: string;
  readonly after: string;
  /** Portals that know the record; undefined: all. */
  readonly portals: ReadonlySet<string> | undefined;
}

/**
 * JSON of one match. Ids are written digit by digit: they are int64, and `JSON.stringify` of a number would
 * round those beyond 2^53. Absent names are left out, not null (as the schema has it).
 */
function entryOf(type: 'CONTACT' | 'COMPANY', record: SeedContact | SeedCompany): Entry {
  const { id, phones: _, portals, ...named } = record;
  const objectTypeId = type === 'CONTACT' ? '0-1' : '0-2';
  const names = JSON.stringify(named).slice(1, -1);
  return {
    before: `{"callerIdType":"${type}","objectCoordinates":{"objectId":${id},"objectTypeId":"${objectTypeId}","portalId":`,
    after: names === '' ? '}}' : `},${names}}`,
    portals: portals && new Set(portals),
  };
}

/**
 * Who has which number. Every phone property of a record counts, punctuation in it does not; a number without
 * a country code is never found (at HubSpot such numbers match poorly). Contacts come first, then companies, each
 * in seed order. HubSpot documents neither its order nor its rules.
 */
export class Directory {
  readonly #byNumber = new Map<string, Entry[]>();

  constructor(contacts: readonly SeedContact[], companies: readonly SeedCompany[]) {
    for (const contact of contacts) this.#list(contact, entryOf('CONTACT', contact));
    for (const company of companies) this.#list(company, entryOf('COMPANY', company));
  }

  /** `callerIdMatches` for a caller's E.164 number, as a JSON array. */
  matchesJson(portal: { readonly name: string; readonly hubId: number }, e164Number: string): string {
    let json = '';
    for (const { before, after, portals } of this.#byNumber.get(e164Number) ?? []) {
      if (portals && !portals.has(portal.name)) continue;
      json += `${json === '' ? '' : ','}${before}${portal.hubId}${after}`;
    }
    return `[${json}]`;
  }

  #list(record: SeedContact | SeedCompany, entry: Entry): void {
    const numbers = Object.values(record.phones).map((text) => text.replace(PUNCTUATION, ''));
    for (const number of new Set(numbers)) {
      if (!E164.test(number)) continue;
      const entries = this.#byNumber.get(number);
      if (entries) entries.push(entry);
      else this.#byNumber.set(number, [entry]);
    }
  }
}
