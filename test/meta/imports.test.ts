import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

const FILES = sourceFiles('src');

const within =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`src/${folder}`));
const ofPackage = (name: string) => (specifier: string) => specifier === name || specifier.startsWith(`${name}/`);
const any = () => true;

interface Rule {
  readonly rule: string;
  /** One sentence: why it is so. */
  readonly reason: string;
  /** Which files the rule is about. */
  readonly of: (path: string) => boolean;
  /** Which files it is not about. */
  readonly except?: (path: string) => boolean;
  /** What those files must not import. */
  readonly never: (imported: string) => boolean;
}

const RULES: readonly Rule[] = [
  {
    rule: 'kafkajs is used in kafka/ only',
    reason: 'The client is no longer maintained, so replacing it must mean rewriting one folder.',
    of: any,
    except: within('kafka/'),
    never: ofPackage('kafkajs'),
  },
  {
    rule: 'undici is used in hubspot/ and registry/ only',
    reason: 'Whatever opens a connection to the outside can be found in these two places.',
    of: any,
    except: within('hubspot/', 'registry/'),
    never: ofPackage('undici'),
  },
  {
    rule: '@redis/client is used in redis/ only',
    reason: 'Whatever opens a connection to Redis can be found there.',
    of: any,
    except: within('redis/'),
    never: ofPackage('@redis/client'),
  },
  {
    rule: 'testcontainers is used in dev/ only',
    reason: 'It is a development dependency: an installed service does not have it.',
    of: any,
    except: within('dev/'),
    never: ofPackage('testcontainers'),
  },
  {
    rule: 'kafka/ knows neither calls nor the CRM',
    reason:
      'It moves bytes and offsets, so that what is promised about them can be shown without a mapping or an answer.',
    of: within('kafka/'),
    never: within('cdr/', 'hubspot/', 'outcome/'),
  },
  {
    rule: 'hubspot/ does not know Kafka',
    reason: 'A submission must be usable, and testable, without a record behind it.',
    of: within('hubspot/'),
    never: within('kafka/'),
  },
  {
    rule: 'cdr/ and outcome/ import nothing of Node',
    reason: 'They are pure: the same input gives the same output, without files, sockets and timers.',
    of: within('cdr/', 'outcome/'),
    never: (imported) => imported.startsWith('node:'),
  },
  {
    rule: 'crm/ imports nothing of the product but errors.ts',
    reason: 'The simulator is an independent witness: code that both sides share would be wrong on both sides at once.',
    of: within('crm/'),
    never: (imported) => within('')(imported) && !within('crm/', 'errors.ts')(imported),
  },
  {
    rule: 'only the command line starts the embedded stack',
    reason: 'A service in production must never find itself starting a broker.',
    of: any,
    except: within('dev/', 'cli.ts', 'command/'),
    never: within('dev/'),
  },
];

describe('imports', () => {
  it.each(RULES)('$rule', ({ reason, of, except, never }) => {
    const offences = FILES.filter(({ path }) => of(path) && !except?.(path)).flatMap(({ path, imports }) =>
      imports.filter(never).map((imported) => `${path} imports ${imported}`),
    );
    expect(offences, reason).toEqual([]);
  });

  it('cdr/ and outcome/ have no clock and no randomness', () => {
    const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bset(Timeout|Interval)\b/;
    const offences = FILES.filter(({ path, text }) => within('cdr/', 'outcome/')(path) && impure.test(text));
    expect(
      offences.map(({ path }) => path),
      'Pure code is given the time; else a replay would differ.',
    ).toEqual([]);
  });

  it('only src/index.ts hands out what others export', () => {
    const barrels = FILES.filter(
      ({ path, text }) => path !== 'src/index.ts' && /^export\s+(type\s+)?[*{][^;'"()]*\sfrom\s/m.test(text),
    );
    expect(
      barrels.map(({ path }) => path),
      'An import names the file in which the thing stands.',
    ).toEqual([]);
  });

  it('there is no circle', () => {
    expect(findCycle(FILES), 'Files in a circle can only be understood, tested and loaded together.').toEqual([]);
  });
});

/** The paths of one circle of imports, the first one again at its end; empty when there is none. */
function findCycle(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const clean = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (clean.has(path)) return [];
    for (const imported of importsOf.get(path) ?? []) {
      const cycle = visit(imported, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    clean.add(path);
    return [];
  };
  for (const { path } of files) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
