/** Puts a selection behind the mapping of the sources. Pure. */
import type { Routed, SourceStages } from '../source-stages.ts';
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
  return {
    ...stages,
    map: (record, source) =>
      stages.map(record, source).map((end, callIndex): Routed => {
        const { topic, partition, offset } = source;
        const { portal, mapped } = end;
        if (portal === undefined) return end;
        return { portal, mapped: select({ topic, partition, offset, callIndex }, portal.name, mapped) };
      }),
  };
}
