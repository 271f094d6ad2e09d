/** Carries a plan out, event by event, and tells what it did. */
import { type Clock, wait } from '../../src/clock.ts';
import type { Exit } from '../../src/dev/child-process.ts';
import type { Stack } from '../../src/dev/stack.ts';
import type { Doubts } from './doubts.ts';
import type { Fleet, Instance } from './fleet.ts';
import { BROKER_MS, type ChaosEvent } from './plan.ts';
import type { Traffic } from './traffic.ts';

export interface Stage {
  readonly fleet: Fleet;
  readonly traffic: Pick<Traffic, 'pause' | 'resume'>;
  /** For plans in which the broker is restarted. */
  readonly broker?: Pick<Stack, 'stopBroker' | 'startBroker'> | undefined;
  readonly doubts: Doubts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** What was done, and what it showed. */
export interface Deeds {
  kills: number;
  freezes: number;
  joins: number;
  leaves: number;
  brokerRestarts: number;
  /** Instances that ended in another way after SIGTERM than they should. */
  uncleanLeaves: number;
}

const STEP_MS = 100;

/** One that has only begun to start has no handler for SIGTERM yet, and nothing to drain. */
export function isUnclean({ code, signal }: Exit): boolean {
  return code !== 0 && signal !== 'SIGTERM';
}

/** Resolves when everything was done and every instance of the group runs again. */
export async function conduct(events: readonly ChaosEvent[], stage: Stage): Promise<Deeds> {
  const { fleet, doubts, clock, signal } = stage;
  const deeds: Deeds = { kills: 0, freezes: 0, joins: 0, leaves: 0, brokerRestarts: 0, uncleanLeaves: 0 };
  const start = clock.now();
  const tell = (text: string) => stage.onProgress(`${((clock.now() - start) / 1_000).toFixed(1)} s: ${text}`);

  /** One that has ended by itself is started again. */
  const untilRunning = async (instance: Instance): Promise<void> => {
    while (!instance.isRunning) await wait(clock, STEP_MS, signal);
  };
  const act = async (event: Exclude<ChaosEvent, { kind: 'restart-broker' }>): Promise<void> => {
    const instance = fleet.instance(event.instance);
    switch (event.kind) {
      case 'kill':
        await untilRunning(instance);
        await instance.kill();
        deeds.kills += 1;
        tell(`${instance.clientId} killed, ${await doubts.add(instance.clientId)} calls in doubt`);
        await wait(clock, event.lasts, signal);
        return instance.start();
      case 'freeze':
        await untilRunning(instance);
        instance.freeze();
        deeds.freezes += 1;
        tell(`${instance.clientId} frozen, ${await doubts.add(instance.clientId)} calls in doubt`);
        await wait(clock, event.lasts, signal);
        instance.thaw();
        return tell(`${instance.clientId} goes on after ${event.lasts} ms`);
      case 'join':
        deeds.joins += 1;
        tell(`${instance.clientId} joins`);
        return instance.start();
      case 'leave': {
        deeds.leaves += 1;
        tell(`${instance.clientId} leaves`);
        const exit = await instance.leave();
        if (exit === undefined || !isUnclean(exit)) return;
        deeds.uncleanLeaves += 1;
        tell(`${instance.clientId} left with ${exit.signal ?? exit.code}`);
        return void (await doubts.add(instance.clientId));
      }
    }
  };
  const restartBroker = async (lasts: number): Promise<void> => {
    if (stage.broker === undefined) throw new Error('the plan restarts a broker that is not ours');
    await stage.traffic.pause();
    tell('the broker stops');
    await stage.broker.stopBroker();
    await wait(clock, lasts, signal);
    await stage.broker.startBroker();
    deeds.brokerRestarts += 1;
    tell('the broker is back');
    stage.traffic.resume();
  };

  const running: Promise<void>[] = [];
  /** By how much the plan is late, because the broker took longer than planned. */
  let late = 0;
  for (const event of events) {
    await wait(clock, Math.max(0, start + late + event.at - clock.now()), signal);
    if (event.kind !== 'restart-broker') {
      running.push(act(event));
      continue;
    }
    await restartBroker(event.lasts);
    late = Math.max(late, clock.now() - start - event.at - event.lasts - BROKER_MS);
  }
  await Promise.all(running);
  return deeds;
}
