/** The configuration as it is in force: every value, defaults included, in the form of the file. */
import { Document, isMap, isScalar, isSeq } from 'yaml';
import { z } from 'zod';
import type { LoadedConfig } from './load.ts';
import { originText } from './origin.ts';
import type { Path } from './path.ts';
import { configSchema } from './schema.ts';
import { withoutSecrets } from './secrets.ts';

/** YAML that could be used as a file, with the origin of each value as a comment, and secrets masked. */
export function effectiveYaml({ config, sources, file }: LoadedConfig): string {
  const document = new Document(withoutSecrets(z.encode(configSchema, config)));
  document.commentBefore = ` Valid. Read from ${file ?? 'the environment and flags; there is no file'}.`;
  annotate(document.contents, [], (path) => ` ${originText(sources.originOf(path))}`);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function annotate(node: unknown, path: Path, comment: (path: Path) => string): void {
  if (isMap(node) && node.items.length > 0) {
    for (const { key, value } of node.items)
      annotate(value, [...path, String(isScalar(key) ? key.value : key)], comment);
  } else if (isSeq(node) && !node.items.every(isScalar)) {
    for (const [index, item] of node.items.entries()) annotate(item, [...path, index], comment);
  } else if (isMap(node) || isSeq(node)) {
    // A list of plain values fits on one line, and so does its comment.
    node.flow = true;
    node.comment = comment(path);
  } else if (isScalar(node)) {
    node.comment = comment(path);
  }
}
