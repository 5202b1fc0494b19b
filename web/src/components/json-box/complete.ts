import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { snippet } from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import { marks, namesIn, pathOf, treeOf } from "./places.ts";
import { membersOf, type Schema, type Schemas, schemasAt, valuesOf } from "./schema.ts";

/** What is known of a flow beyond its form: the ids of apps, operations and connections. */
export interface Vocabulary {
  root: Schema;
  schemas: Schemas;
  /** What can be written as the value of a member, beyond what its schema says. `around` is the object it is in. */
  values(member: string, around: unknown): readonly { value: string; about: string }[];
}

/** Completes names and values by the schema of the flow format. */
export const completeFlow =
  (vocabulary: () => Vocabulary | null) =>
  (context: CompletionContext): CompletionResult | null => {
    const now = vocabulary();
    if (now === null) return null;
    const { state, pos } = context;
    const node = treeOf(state).resolveInner(pos, -1);
    const value = valueSoFar(state);
    const isName = node.name === "PropertyName";
    const object = isName
      ? (node.parent?.parent ?? null)
      : node.name === "Object" || (node.name === "{" && node.parent)
        ? nodeOrParent(node)
        : null;
    if (object && (isName || isOpenForName(state, pos)))
      return names(
        state,
        { object, from: isName ? node.from : pos, to: isName ? node.to : pos, path: pathOf(state, object) },
        now,
        value,
        context.explicit,
      );
    return values(state, node, pos, now, value);
  };

const nodeOrParent = (node: SyntaxNode): SyntaxNode | null => (node.name === "Object" ? node : node.parent);

/** Whether a member can begin here: after `{` or a comma. */
const isOpenForName = (state: EditorState, pos: number): boolean => /[{,]\s*$/.test(state.sliceDoc(Math.max(0, pos - 200), pos));

interface NamePlace {
  object: SyntaxNode;
  from: number;
  to: number;
  path: (string | number)[];
}

function names(
  state: EditorState,
  { object, from, to, path }: NamePlace,
  { root, schemas }: Vocabulary,
  value: unknown,
  explicit: boolean,
): CompletionResult | null {
  const typed = state.sliceDoc(from, to).replaceAll('"', "");
  if (!explicit && typed === "" && from === to && state.sliceDoc(from - 1, from) !== '"') return null;
  const written = namesIn(state, object);
  written.delete(typed);
  const isFollowed = /^"?\s*:/.test(state.sliceDoc(to, to + 50));
  const options = membersOf(schemasAt(root, schemas, value, path), schemas, written).map(
    ({ name, about, isRequired, begins }): Completion => ({
      label: `"${name}"`,
      displayLabel: name,
      type: "property",
      ...(about !== undefined && { info: about }),
      ...(isRequired && { detail: "required", boost: 1 }),
      apply: isFollowed ? `"${name}"` : snippet(`"${name}": ${endings[begins] ?? "${}"}`),
    }),
  );
  return options.length === 0 ? null : { from, to, options, filter: true };
}

const endings: Readonly<Record<string, string>> = { "{": "{ ${} }", "[": "[${}]", '"': '"${}"' };

function values(
  state: EditorState,
  node: SyntaxNode,
  pos: number,
  { root, schemas, values: further }: Vocabulary,
  value: unknown,
): CompletionResult | null {
  const property = node.name === "Property" ? node : node.parent?.name === "Property" ? node.parent : null;
  if (!property || node.name === "PropertyName") return null;
  const isWritten = ["String", "True", "False", "Null", "Number"].includes(node.name);
  if (!isWritten && !/:\s*$/.test(state.sliceDoc(Math.max(0, pos - 100), pos))) return null;
  const path = pathOf(state, property);
  const member = String(path.at(-1) ?? "");
  const around = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
  const fixed = valuesOf(schemasAt(root, schemas, value, path)).map((text): Completion => ({ label: text, type: "enum" }));
  const furtherValues = further(member, around).map(({ value: one, about }): Completion => ({
    label: JSON.stringify(one),
    displayLabel: one,
    detail: about,
    type: "constant",
  }));
  const options = [...fixed, ...furtherValues];
  return options.length === 0 ? null : { from: isWritten ? node.from : pos, to: isWritten ? node.to : pos, options };
}

/** The value as far as it can be read while it is written: from the tree, so that a mistake elsewhere does no harm. */
function valueSoFar(state: EditorState): unknown {
  const read = (node: SyntaxNode | null): unknown => {
    if (!node) return undefined;
    if (node.name === "Object")
      return Object.fromEntries(
        node.getChildren("Property").flatMap((property) => {
          const name = property.getChild("PropertyName");
          const inner = property.lastChild;
          return name && inner && inner !== name ? [[text(name), read(inner)]] : [];
        }),
      );
    if (node.name === "Array") {
      const items: unknown[] = [];
      for (let item = node.firstChild; item; item = item.nextSibling) if (!marks.includes(item.name)) items.push(read(item));
      return items;
    }
    return text(node);
  };
  const text = (node: SyntaxNode): string => state.sliceDoc(node.from, node.to).replace(/^"|"$/g, "");
  return read(treeOf(state).topNode.firstChild);
}
