/** What to say of a field that the schema does not have. */
import { type Field, fieldAt, placeText, walkFields } from './field.ts';
import { probablyMeant } from './nearest.ts';
import { type Path, pathText } from './path.ts';

/** The path up to the first step that leads nowhere; undefined when the whole path is known. */
export function unknownPart(root: Field, path: Path): Path | undefined {
  const known = path.findIndex((_, index) => fieldAt(root, path.slice(0, index + 1)) === undefined);
  return known === -1 ? undefined : path.slice(0, known + 1);
}

/** `no such field; did you mean groupId?` @param path ends with the unknown step. */
export function unknownFieldText(root: Field, path: Path): string {
  const name = String(path.at(-1));
  const section = fieldAt(root, path.slice(0, -1));
  const siblings = [...(section?.fields.keys() ?? [])];
  // It stands in another alternative of the section than the one that was chosen.
  if (siblings.includes(name)) return 'does not go with the other fields of its section';
  const meant = probablyMeant(name, siblings);
  if (meant !== undefined) return `no such field; did you mean ${meant}?`;
  if (section?.entry) return `the name must be ${section.entry.form}`;
  if (section?.item) return `an item of a list is named by its number, such as ${pathText([...path.slice(0, -1), 0])}`;
  const elsewhere = [...walkFields(root)].find(({ steps }) => {
    const last = steps.at(-1);
    return last?.kind === 'field' && last.name.toLowerCase() === name.toLowerCase();
  });
  if (elsewhere) return `no such field here; there is ${placeText(elsewhere.steps)}`;
  return siblings.length === 0 ? 'has no fields' : `no such field; known here: ${siblings.join(', ')}`;
}
