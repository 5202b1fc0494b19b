import { type EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { templateParts, type TemplatePart } from "#engine/mapping/words/parts.ts";
import type { ChipLook } from "../chip-look.ts";

/** Shows `{{ … }}` as chips. The document is the template itself, so that nothing is lost between what is seen and what is saved. */

export type LookOf = (expression: string) => ChipLook | null;

/** Tells the editor how chips look now: other values, another sample. */
export const setLooks = StateEffect.define<LookOf>();

interface Chips {
  look: LookOf;
  /** Where the chip begins that is selected as a whole; null where none is. */
  selected: number | null;
  decorations: DecorationSet;
}

export const chips = StateField.define<Chips>({
  create: (state) => withChips(state, () => null, null),
  update(chipsNow, transaction) {
    const look = transaction.effects.reduce((last, effect) => (effect.is(setLooks) ? effect.value : last), chipsNow.look);
    const selected = selectedValue(transaction.state)?.from ?? null;
    const isSame = !transaction.docChanged && look === chipsNow.look && selected === chipsNow.selected;
    return isSame ? chipsNow : withChips(transaction.state, look, selected);
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ decorations }) => decorations),
    EditorView.atomicRanges.of((view) => view.state.field(field).decorations),
  ],
});

function withChips(state: EditorState, look: LookOf, selected: number | null): Chips {
  const builder = new RangeSetBuilder<Decoration>();
  for (const part of valuesIn(state)) {
    const shown = look(part.expression);
    if (shown === null) continue;
    builder.add(part.from, part.from + part.text.length, Decoration.replace({ widget: new ChipWidget(shown, part.from === selected) }));
  }
  return { look, selected, decorations: builder.finish() };
}

type ValuePart = TemplatePart & { kind: "value" };

/** The values in the document, in their order. */
export const valuesIn = (state: EditorState): ValuePart[] =>
  templateParts(state.doc.toString()).filter((part): part is ValuePart => part.kind === "value");

/** The value at a place of the document, or the one that ends or begins there. */
export function valueAt(state: EditorState, at: number): ValuePart | undefined {
  const values = valuesIn(state);
  const ends = values.find(({ from, text }) => from < at && at <= from + text.length);
  return ends ?? values.find(({ from }) => from === at);
}

/** The value that is selected, exactly it. */
export function selectedValue(state: EditorState): ValuePart | undefined {
  const { from, to, empty } = state.selection.main;
  return empty ? undefined : valuesIn(state).find((part) => part.from === from && part.from + part.text.length === to);
}

/** What is said of a chip: "E-mail of Tag added: ada@example.com". */
export const wordsOfChip = (state: EditorState, { expression }: ValuePart): string =>
  state.field(chips).look(expression)?.about ?? expression;

class ChipWidget extends WidgetType {
  readonly look: ChipLook;
  readonly #key: string;

  readonly selected: boolean;

  constructor(look: ChipLook, selected: boolean) {
    super();
    this.look = look;
    this.selected = selected;
    this.#key = JSON.stringify([look, selected]);
  }

  override eq(other: ChipWidget): boolean {
    return this.#key === other.#key;
  }

  override toDOM(): HTMLElement {
    const { look } = this;
    const chip = element("span", `chip is-${look.state}${this.selected ? " is-selected" : ""}`);
    chip.title = look.about;
    if (look.mark) chip.append(markOf(look.mark, look.app));
    chip.append(element("span", "chip-label", look.label));
    if (look.filters.length > 0)
      chip.append(element("span", "chip-filters", look.filters.length === 1 ? look.filters[0]! : `${look.filters.length} changes`));
    const value = valueText(look);
    if (value !== null) chip.append(element("span", "chip-value", value));
    if (look.state === "made") chip.append(element("span", "chip-example", "example"));
    return chip;
  }

  /** Clicks are for the editor, which opens the menu. */
  override ignoreEvent(): boolean {
    return false;
  }
}

function valueText({ state, value }: ChipLook): string | null {
  if (state === "problem") return "does not work";
  if (state === "unknown") return "not found";
  if (state === "missing") return "empty";
  return value ?? null;
}

function markOf({ letters, hue }: NonNullable<ChipLook["mark"]>, app: string | null): HTMLElement {
  const mark = element("span", "chip-mark", letters ?? (app ?? "").slice(0, 2).toUpperCase());
  mark.setAttribute("aria-hidden", "true");
  mark.style.setProperty("--hue", String(hue));
  return mark;
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
