/** The few pieces of Markdown that the generated pages are made of. */

/** Says on top of a page that it is not written by hand. */
export function generatedFrom(source: string): string {
  return `<!-- Generated from ${source} by \`npm run docs\`; do not edit. -->`;
}

/** Words as they stand in a file or on a command line. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A table; cells are Markdown in which `|` and line breaks are taken care of. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
