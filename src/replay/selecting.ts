/** Puts a selection behind the mapping of a source. Pure. */
import type { Routed, SourceStages } from '../source-stages.ts';
import type { Select } from './selection.ts';

export function selecting(select: Select): (stages: SourceStages) => SourceStages {
  return (stages) => ({
    ...stages,
    map: (record, delivery) =>
      stages.map(record, delivery).map((end, callIndex): Routed => {
        const { topic, partition, offset } = delivery;
        const { portal, mapped } = end;
        if (portal === undefined) return end;
        return { portal, mapped: select({ topic, partition, offset, callIndex }, portal.name, mapped) };
      }),
  });
}
