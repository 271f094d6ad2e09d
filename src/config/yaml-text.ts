/** A file of data in YAML that is no configuration: a mapping, or its tests. Pure. */
import { LineCounter, parseDocument } from 'yaml';

/** What the text holds, or its mistakes, each with line and column. */
export type YamlText = { readonly data: unknown } | { readonly mistakes: readonly string[] };

/** @param merge whether `<<` takes over the keys of another section */
export function parseYamlText(text: string, merge = false): YamlText {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge });
  const mistakes = document.errors.map((error) => {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return `  line ${line}, column ${col}: ${error.message}`;
  });
  return mistakes.length === 0 ? { data: document.toJS() } : { mistakes };
}
