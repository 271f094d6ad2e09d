/** What goes wrong, when, and with which instance. Seeded: the same seed gives the same plan. Pure. */
import { type Random, seededRandom } from '../../src/crm/random.ts';

/** How often each thing happens. */
export interface ChaosCounts {
  /** kill -9, and a new process in its place. */
  readonly kills: number;
  /** SIGSTOP for longer than the session, then SIGCONT. */
  readonly freezes: number;
  /** An instance more, or one less by SIGTERM. */
  readonly scalings: number;
  /** The broker is stopped and started again. */
  readonly brokerRestarts: number;
}

export interface PlanSettings extends ChaosCounts {
  readonly seed: number;
  /** Instances at the start, numbered from 0. There is never more than one less or one more. */
  readonly instances: number;
  /** Time over which the events are spread, milliseconds. */
  readonly duration: number;
  /** `kafka.sessionTimeout` of the instances, milliseconds. */
  readonly sessionTimeout: number;
}

/** `at`: milliseconds since the start. `lasts`: until the new process, SIGCONT or the start of the broker. */
export type ChaosEvent = { readonly at: number } & (
  | { readonly kind: 'kill' | 'freeze'; readonly instance: number; readonly lasts: number }
  | { readonly kind: 'join' | 'leave'; readonly instance: number }
  | { readonly kind: 'restart-broker'; readonly lasts: number }
);

type Happening = 'kill' | 'freeze' | 'scale' | 'restart-broker';

/** Time in which a process starts and joins, and is left alone; nothing but a figure for the plan. */
const STARTING_MS = 4_000;
/** Time in which a broker ends in order and starts, milliseconds; nothing else happens then. */
export const BROKER_MS = 8_000;
/** Part of the dead processes that are replaced only when the group has noticed that they are gone. */
const SLOW_REPLACEMENTS = 0.25;

/** The events in the order of their moments. */
export function planChaos(settings: PlanSettings): ChaosEvent[] {
  const { instances, duration, sessionTimeout } = settings;
  const random = seededRandom(settings.seed);
  const between = (from: number, to: number) => Math.round(from + random() * (to - from));
  const happenings = shuffled(happeningsOf(settings), random);
  const step = duration / happenings.length;
  /** Moment from which each instance of the group can be met again. */
  const free = new Map(Array.from({ length: instances }, (_, instance) => [instance, 0]));
  let nextInstance = instances;
  let earliest = 0;

  /** The moment of an event that needs an instance, and the instance. */
  const meet = (planned: number) => {
    const at = Math.max(planned, Math.min(...free.values()));
    const candidates = [...free].filter(([, from]) => from <= at).map(([instance]) => instance);
    return { at, instance: candidates[Math.floor(random() * candidates.length)] ?? 0 };
  };
  const strike = (kind: 'kill' | 'freeze', planned: number, lasts: number): ChaosEvent => {
    const { at, instance } = meet(planned);
    free.set(instance, at + lasts + STARTING_MS);
    return { at, kind, instance, lasts };
  };
  const scale = (planned: number): ChaosEvent => {
    const grows = free.size < instances || (free.size === instances && random() < 0.5);
    if (grows) {
      const instance = nextInstance;
      nextInstance += 1;
      free.set(instance, planned + STARTING_MS);
      return { at: planned, kind: 'join', instance };
    }
    const { at, instance } = meet(planned);
    free.delete(instance);
    return { at, kind: 'leave', instance };
  };
  const eventOf = (happening: Happening, planned: number): ChaosEvent => {
    switch (happening) {
      case 'kill':
        return random() < SLOW_REPLACEMENTS
          ? strike('kill', planned, sessionTimeout + between(500, 2_000))
          : strike('kill', planned, between(300, 2_000));
      case 'freeze':
        return strike('freeze', planned, sessionTimeout + between(2_000, 4_000));
      case 'scale':
        return scale(planned);
      case 'restart-broker':
        return { at: planned, kind: 'restart-broker', lasts: between(1_000, 4_000) };
    }
  };

  return happenings.map((happening, place) => {
    const event = eventOf(happening, Math.max(earliest, Math.round(step * (place + random()))));
    earliest = event.kind === 'restart-broker' ? event.at + event.lasts + BROKER_MS : event.at;
    return event;
  });
}

function happeningsOf({ kills, freezes, scalings, brokerRestarts }: ChaosCounts): Happening[] {
  const times = (count: number, happening: Happening) => Array.from({ length: count }, () => happening);
  return [
    ...times(kills, 'kill'),
    ...times(freezes, 'freeze'),
    ...times(scalings, 'scale'),
    ...times(brokerRestarts, 'restart-broker'),
  ];
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const deck = [...items];
  for (let last = deck.length - 1; last > 0; last -= 1) {
    const [picked] = deck.splice(Math.floor(random() * (last + 1)), 1);
    // There is always one: the place is below the length.
    if (picked !== undefined) deck.push(picked);
  }
  return deck;
}
