/** examples/full.yaml: a configuration file with every setting, its description above it. Pure. */
import { Document, isMap, isScalar, isSeq } from 'yaml';
import { type Field, fieldAt, fieldTree } from './field.ts';
import type { Path } from './path.ts';
import { configSchema } from './schema.ts';
import { isSettable } from './variable.ts';

const HEAD = ` yaml-language-server: $schema=../schemas/callmatch-config.schema.json
 Every setting, with its default or an example. Generated from src/config/schema.ts by \`npm run docs\`.
 Optional sections such as tls stand here with examples; leave out what you do not need. Secrets are better kept out of
 the file: see docs/configuration.md.`;

export function renderExampleFile(): string {
  const root = fieldTree(configSchema);
  const document = new Document(exampleOf(root));
  document.commentBefore = HEAD;
  explain(document.contents, root, []);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function exampleOf(field: Field): unknown {
  if (field.example !== undefined) return field.example;
  const { entry, item, fields } = field;
  if (item && !isSettable(item)) return [exampleOf(item)];
  if (entry && !isSettable(entry.value)) return { [entry.example]: exampleOf(entry.value) };
  if (fields.size === 0 || typeof field.default === 'string') return field.default;
  const shown = [...fields].filter(([name]) => standIn(field, name) === undefined);
  return Object.fromEntries(shown.map(([name, child]) => [name, exampleOf(child)]));
}

/** The field in whose place this one may be: of the two, the first one stands in the example. */
function standIn({ fields }: Field, name: string): string | undefined {
  const usual = fields.get(name)?.insteadOf;
  const names = [...fields.keys()];
  return usual !== undefined && names.indexOf(usual) < names.indexOf(name) ? usual : undefined;
}

function explain(node: unknown, root: Field, path: Path): void {
  if (isSeq(node)) {
    node.flow = node.items.every(isScalar);
    for (const [index, item] of node.items.entries()) explain(item, root, [...path, index]);
  }
  if (!isMap(node)) return;
  for (const [index, { key, value }] of node.items.entries()) {
    if (!isScalar(key)) continue;
    const here = [...path, String(key.value)];
    const field = fieldAt(root, here);
    if (field?.description !== undefined) key.commentBefore = ` ${field.description}${valuesOf(field)}`;
    if (field?.insteadOf !== undefined) key.commentBefore += alternativeOf(root, path, field.insteadOf);
    key.spaceBefore = path.length === 0 && index > 0;
    explain(value, root, here);
  }
}

/** The field that may be there instead, as a comment that is ready to be used. */
function alternativeOf(root: Field, section: Path, name: string): string {
  const field = fieldAt(root, [...section, name]);
  if (field === undefined) return '';
  const document = new Document({ [name]: exampleOf(field) });
  explain(document.contents, { ...root, fields: new Map([[name, field]]) }, []);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
  return `\n Or, in its place:\n${text.replaceAll(/^/gm, '   ')}`;
}

function valuesOf({ values }: Field): string {
  return values.length > 1 ? ` One of ${values.join(', ')}.` : '';
}
