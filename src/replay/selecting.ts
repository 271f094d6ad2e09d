/** Puts a selection behind the mapping of the sources, in the service and in a trial. Pure. */
import type { Mapped } from '../cdr/mapping/mapping.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import { isPart, type Routed, type SourceStages } from '../source-stages.ts';
import type { Trial, TrialEnd } from '../trial/trial.ts';
import type { Select } from './selection.ts';

/** @param stagesOf the stages by topic, as `createSourceStages` gives them */
export function selecting(select: Select, stagesOf: (topic: string) => SourceStages): (topic: string) => SourceStages {
  const stages = new Map<string, SourceStages>();
  return (topic) => {
    const known = stages.get(topic) ?? behind(select, stagesOf(topic));
    stages.set(topic, known);
    return known;
  };
}

function behind(select: Select, stages: SourceStages): SourceStages {
  const { fold } = stages;
  const selected = (end: Routed, { topic, partition, offset }: SourceBytes, callIndex: number): Routed => {
    const { portal, mapped } = end;
    if (portal === undefined) return end;
    return { portal, mapped: select({ topic, partition, offset, callIndex }, portal.name, mapped) };
  };
  return {
    ...stages,
    map: (record, source) =>
      stages.map(record, source).map((end, callIndex) => (isPart(end) ? end : selected(end, source, callIndex))),
    fold: fold && {
      ...fold,
      join(parts) {
        const [{ source, callIndex }] = parts;
        return selected(fold.join(parts), source, callIndex);
      },
    },
  };
}

export function selectingTrial(select: Select, trial: Trial): Trial {
  const chosen = (one: TrialEnd): TrialEnd => {
    const { source, callIndex, portal, end } = one;
    if (portal === undefined || !('call' in end) || end.call === undefined) return one;
    const { topic, partition, offset } = source;
    const { call } = end;
    const mapped: Mapped =
      end.kind === 'enriched' ? { kind: 'call', call } : { kind: 'skip', reason: end.reason, call };
    const made = select({ topic, partition, offset, callIndex }, portal, mapped);
    if (made === mapped || made.kind !== 'skip') return one;
    return { ...one, end: { kind: 'skipped', reason: made.reason, call } };
  };
  return {
    take: async (source) => (await trial.take(source)).map(chosen),
    close: () => trial.close().map(chosen),
  };
}
