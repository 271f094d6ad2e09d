/** A configuration file: YAML text to plain data, and where in the text each value stands. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { messageOf } from '../errors.ts';
import type { Origin } from './origin.ts';
import { type Path, pathText } from './path.ts';
import type { Problem } from './problem.ts';

export interface YamlContent {
  /** An empty object for an empty file; undefined when the text is no YAML. */
  readonly input: unknown;
  /** Position of every value by its path: of its key in a section, of the item in a list. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly Problem[];
}

/**
 * @param file name of the file as the user knows it, for messages
 * @param fields what stands at its top, for the message when something else does
 */
export function readYaml(text: string, file: string, fields = 'sections such as kafka: and portals:'): YamlContent {
  const lines = new LineCounter();
  // Pretty messages of the parser quote the line, which may hold a secret.
  // Keys are names as they stand: the extension 0201 is not the number 201.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const originAt = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { from: 'file', file, line, column: col };
  };
  const problems: Problem[] = [...document.errors, ...document.warnings].map((mistake) => ({
    place: '',
    text: mistakeText(mistake, text),
    origin: originAt(mistake.pos[0]),
  }));
  const origins = new Map<string, Origin>();
  // A key that is there twice leaves the rest readable, so that its mistakes are told in the same go.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { input: undefined, origins, problems };
  try {
    const input: unknown = document.toJS() ?? {};
    if (typeof input !== 'object' || Array.isArray(input)) {
      const text = `expected ${fields} at the top of the file`;
      return { input: undefined, origins, problems: [...problems, { place: file, text }] };
    }
    for (const [path, offset] of positions(document, document.contents, []))
      origins.set(pathText(path), originAt(offset));
    return { input, origins, problems };
  } catch (error) {
    const reason = messageOf(error);
    return { input: undefined, origins, problems: [...problems, { place: file, text: `not valid YAML: ${reason}` }] };
  }
}

function mistakeText({ code, message, pos }: YAMLError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document (---); the configuration is one';
  if (code !== 'DUPLICATE_KEY') return `not valid YAML: ${message.replace(/\.$/, '')}`;
  const [key = ''] = /^[\w.-]*/.exec(text.slice(pos[0])) ?? [];
  return `${key} is written twice in one section`;
}

/** Far deeper than the schema; ends the walk through an alias that contains itself. */
const DEEPEST = 50;

/** Every path below a node, with the offset where it is written. */
function* positions(document: Document, node: unknown, path: Path): Generator<[Path, number]> {
  if (path.length > DEEPEST) throw new RangeError('nested too deeply, or an alias contains itself');
  const content = isAlias(node) ? node.resolve(document) : node;
  if (isMap(content)) {
    for (const { key, value } of content.items) {
      const child = [...path, String(isScalar(key) ? key.value : key)];
      if (isNode(key) && key.range) yield [child, key.range[0]];
      yield* positions(document, value, child);
    }
  } else if (isSeq(content)) {
    for (const [index, item] of content.items.entries()) {
      if (isNode(item) && item.range) yield [[...path, index], item.range[0]];
      yield* positions(document, item, [...path, index]);
    }
  }
}
