import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionStatus,
  pickedCompletion,
  selectedCompletionIndex,
  setSelectedCompletion,
} from "@codemirror/autocomplete";
import { isolateHistory } from "@codemirror/commands";
import { type EditorState, Facet, Prec } from "@codemirror/state";
import { EditorView, keymap, tooltips } from "@codemirror/view";
import { printChain, readChain } from "#engine/mapping/words/parts.ts";
import { findFields, type FoundField, listedFields } from "../../data/find-fields.ts";
import { findField } from "../../data/sources.ts";
import type { PlaceData } from "../../data/types.ts";
import { offeredFilters, offeredGroups, type OfferedFilter, withFilter } from "../filter-edit.ts";
import { valuesIn } from "./chips.ts";

/** What completion chooses from. */
export const placeData = Facet.define<() => PlaceData, () => PlaceData>({
  combine: (values) => values[0] ?? (() => ({ sources: [], samples: [], sample: null, zone: "UTC" })),
});

/** The name of the field that is filled in: for the id of a contact, those of contacts come first. */
export const fieldName = Facet.define<string, string>({ combine: (values) => values[0] ?? "" });

/** Opens the menu of the chip at a place. */
type OpenChip = (view: EditorView, at: number) => void;
export const chipOpener = Facet.define<OpenChip, OpenChip>({ combine: (values) => values[0] ?? (() => {}) });

/** `/` where a word could begin, or `{{`, and what is written behind it. */
const opener = /(?:(?:^|[\s(,;:])\/|\{\{\s*)([^{}/|\n]{0,60})$/;

/** `|` right behind a value, and what is written behind it. */
const changeOpener = /(?:^|\}\}) ?\|([^{}/|\n]{0,60})$/;

/** Completion over all fields, by label, path and value. Nothing is chosen until somebody types or moves: Enter never takes the first of a list unseen. */
const completion = autocompletion({
  override: [complete],
  selectOnOpen: false,
  icons: false,
  closeOnBlur: true,
  maxRenderedOptions: 60,
  addToOptions: [{ render: renderValue, position: 80 }],
  optionClass: () => "field-option",
});

/** Once words are typed, the best match is chosen, and seen to be. */
const bestMatch = EditorView.updateListener.of(({ view, state }) => {
  if (completionStatus(state) !== "active" || selectedCompletionIndex(state) !== null || !hasWords(state)) return;
  view.dispatch({ effects: setSelectedCompletion(0) });
});

function hasWords(state: EditorState): boolean {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const before = line.text.slice(0, head - line.from);
  return ((opener.exec(before) ?? changeOpener.exec(before))?.[1] ?? "").trim() !== "";
}

/** Enter in an open list in which nothing is chosen does nothing: the list stays. */
const noBlindEnter = Prec.highest(
  keymap.of([
    {
      key: "Enter",
      run: ({ state }) => completionStatus(state) === "active" && selectedCompletionIndex(state) === null,
    },
  ]),
);

/** The list stays within the panel of its field, where that is not the whole width of the page. */
const withinPanel = tooltips({
  tooltipSpace: ({ dom }) => {
    const { left, right } = (dom.closest("aside, [role=dialog]") ?? document.documentElement).getBoundingClientRect();
    return { left, right, top: 0, bottom: window.innerHeight };
  },
});

export const fieldCompletion = [completion, bestMatch, noBlindEnter, withinPanel];

/** Exported for its test. */
export function complete(context: CompletionContext): CompletionResult | null {
  return completeFilter(context) ?? completeField(context);
}

/** A `|` right behind a value: what can be done with it. */
function completeFilter({ state, pos }: CompletionContext): CompletionResult | null {
  const part = valuesIn(state).findLast(({ from, text }) => from + text.length <= pos);
  const chain = part === undefined ? null : readChain(part.expression);
  if (part === undefined || chain === null) return null;
  const typed = changeOpener.exec(state.sliceDoc(part.from + part.text.length, pos));
  if (typed === null) return null;
  const { rules, sources } = state.facet(placeData)();
  const offered = offeredFilters(findField(sources, chain.value)?.type ?? "any", typed[1]!, rules);
  const groups = [...new Set(offered.map(({ group }) => group))];
  const options = offered.map(({ title, group, call }): Completion => ({
    label: title,
    section: { name: offeredGroups[group], rank: groups.indexOf(group) },
    apply: (view, completion, _start, end) => {
      const written = part.open + printChain(withFilter(chain, call)) + part.close;
      put(view, completion, written, part.from, end);
      // One with settings is opened, so that they can be filled in.
      if (call.arguments.length > 0) view.state.facet(chipOpener)(view, part.from + 1);
    },
  }));
  return options.length === 0 ? null : { from: pos - typed[1]!.length, to: pos, options, filter: false };
}

function completeField(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const match = opener.exec(before);
  if (match === null && !context.explicit) return null;
  const words = match?.[1] ?? "";
  const from = match === null ? context.pos : context.pos - match[0].length + leadingOf(match[0]);
  const data = context.state.facet(placeData)();
  const matches = findFields(data, words, context.state.facet(fieldName)).slice(0, 60);
  const further = [...fullNames(data, words), ...changedOptions(data, words)];
  if (matches.length + further.length === 0) return match === null || words.trim() === "" ? null : nothingFound(context.pos, from, words);
  const sections = new Map<string, number>();
  const sectionOf = ({ source, fits }: FoundField) => (fits ? `Fits this field: ${source.title}` : source.title);
  for (const one of matches) if (!sections.has(sectionOf(one))) sections.set(sectionOf(one), sections.size);
  const options = matches.map((one): Completion & { match: FoundField } => ({
    label: one.label,
    match: one,
    section: { name: sectionOf(one), rank: sections.get(sectionOf(one))! },
    apply: (view, completion, start, end) => insertField(view, completion, one.field.path, start, end),
  }));
  return { from, to: context.pos, options: [...options, ...further], filter: false };
}

/** Says that there is nothing, and what would become of the words. Chosen, they stay as they are. */
function nothingFound(to: number, from: number, words: string): CompletionResult {
  const label = `No field is called '${words.trim()}'. Left here, it is sent as text.`;
  return { from, to, options: [{ label, apply: () => {} }], filter: false };
}

/** First and last name together, where a source has both and no full name. */
function fullNames(data: PlaceData, words: string): Completion[] {
  const wanted = words.trim().toLowerCase();
  if (wanted.length < 2 || !"full name".startsWith(wanted)) return [];
  const paths = listedFields(data).map(({ field, source }) => ({ path: field.path, source }));
  return paths.flatMap(({ path, source }): Completion[] => {
    const last = path.replace(/\bfirst(_?name)$/i, (_, name: string) => `last${name}`);
    if (last === path || !paths.some((one) => one.path === last)) return [];
    return [
      {
        label: "Full name (first and last)",
        section: { name: source.title, rank: data.sources.indexOf(source) },
        apply: (view, completion, start, end) => put(view, completion, `{{ ${path} }} {{ ${last} }}`, start, end),
      },
    ];
  });
}

/** "first upper": a field by the first words, and what is done with it by the others. */
function changedOptions(data: PlaceData, words: string): Completion[] {
  const all = words.trim().split(/\s+/);
  return all.slice(1).flatMap((_, index): Completion[] => {
    const filters = offeredFilters("text", all.slice(index + 1).join(" "), data.rules).slice(0, mostChanges);
    if (filters.length === 0) return [];
    const fields = findFields(data, all.slice(0, index + 1).join(" ")).filter(({ field }) => field.fields.length === 0);
    return fields.slice(0, mostChanges).flatMap(({ label, field }) => filters.map((filter) => changedOption(label, field.path, filter)));
  });
}

const mostChanges = 4;

function changedOption(label: string, path: string, { title, call }: OfferedFilter): Completion {
  const expression = printChain({ value: path, filters: [call] });
  return {
    label: `${label}, ${title.toLowerCase()}`,
    section: { name: "With a change", rank: 1_000 },
    apply: (view, completion, start, end) => insertField(view, completion, expression, start, end),
  };
}

/** What stands before the slash is kept. */
const leadingOf = (text: string): number => (/^[\s(,;:]\//.test(text) ? 1 : 0);

/** Puts the value in, closed: also where somebody has closed the braces already. */
function insertField(view: EditorView, completion: Completion, expression: string, from: number, to: number): void {
  const rest = /^\s*\}\}/.exec(view.state.sliceDoc(to, to + 10))?.[0] ?? "";
  put(view, completion, `{{ ${expression} }}`, from, to + rest.length);
}

function put(view: EditorView, completion: Completion, insert: string, from: number, to: number): void {
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    annotations: [pickedCompletion.of(completion), isolateHistory.of("full")],
    userEvent: "input.complete",
  });
}

function renderValue(completion: Completion): Node {
  const { match } = completion as Completion & { match?: FoundField };
  const value = document.createElement("span");
  value.className = "field-option-value";
  value.textContent = match === undefined ? "" : match.value === "" ? "no value" : match.value;
  return value;
}
