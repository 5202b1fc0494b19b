import { closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { Compartment, EditorState, type Extension, Transaction } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf, type KeyBinding } from "@codemirror/view";
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from "react";
import type { ControlIds } from "../../../../components/ui/field.tsx";
import { draggedField } from "../../data/dragged-field.ts";
import type { PlaceData } from "../../data/types.ts";
import { chips, type LookOf, selectedValue, setLooks, valueAt, valuesIn, wordsOfChip } from "./chips.ts";
import { chipOpener, fieldCompletion, fieldName, placeData } from "./completion.ts";
import { fieldTheme } from "./theme.ts";

/** A value in the text that somebody wants to change, and where it is on the screen. */
export interface ChosenChip {
  from: number;
  to: number;
  open: string;
  expression: string;
  close: string;
  place: DOMRect;
}

/** What can be done to the text from outside. */
export interface TemplateEditorHandle {
  focus(): void;
  /** Puts a value in where the caret is. */
  insert(path: string): void;
  replace(from: number, to: number, text: string): void;
}

interface TemplateEditorProps {
  ids: ControlIds;
  label: string;
  /** The field that is filled in, as the catalog calls it. */
  name: string;
  text: string;
  onChange: (text: string) => void;
  data: PlaceData;
  looks: LookOf;
  onChip: (chip: ChosenChip) => void;
  onFocus?: () => void;
  placeholder?: string;
  /** Several lines, for a text that may have them. */
  lines?: boolean;
  /** As it is written, without chips. */
  raw?: boolean;
  ref?: Ref<TemplateEditorHandle>;
}

/** The text of a template, with its values as chips. */
export function TemplateEditor(props: TemplateEditorProps) {
  const { ids, label, name, text, data, looks, lines = false, raw = false, placeholder = "", ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latestData = useRef(data);
  latestData.current = data;
  const changed = useEffectEvent((next: string) => props.onChange(next));
  const chosen = useEffectEvent((chip: ChosenChip) => props.onChip(chip));
  const focused = useEffectEvent(() => props.onFocus?.());

  useEffect(() => {
    const made = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: text,
        extensions: [
          placeData.of(() => latestData.current),
          fieldName.of(name),
          editing(
            (next) => changed(next),
            (chip) => chosen(chip),
            () => focused(),
          ),
          settings.of([]),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the editor is made once; what changes is told to it below
  }, []);

  const { id, "aria-describedby": notes, "aria-invalid": isInvalid = false } = ids;
  useEffect(() => {
    view.current?.dispatch({ effects: settings.reconfigure(settingsOf({ id, notes, isInvalid, label, lines, raw, placeholder })) });
  }, [id, notes, isInvalid, label, lines, raw, placeholder]);

  useEffect(() => {
    const made = view.current;
    if (made === null || made.state.doc.toString() === text) return;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text }, annotations: Transaction.remote.of(true) });
  }, [text]);

  useEffect(() => {
    view.current?.dispatch({ effects: setLooks.of(looks) });
  }, [looks, raw]);

  useImperativeHandle(ref, () => ({
    focus: () => view.current?.focus(),
    insert(path) {
      const made = view.current;
      if (made === null) return;
      const { from, to } = made.state.selection.main;
      const insert = `{{ ${path} }}`;
      made.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.paste" });
      made.focus();
    },
    replace(from, to, insert) {
      view.current?.dispatch({ changes: { from, to, insert }, userEvent: "input" });
    },
  }));

  return <div ref={host} className="min-w-0" />;
}

/** What depends on where the editor stands. */
const settings = new Compartment();

interface Settings {
  id: string;
  notes: string | undefined;
  isInvalid: boolean;
  label: string;
  lines: boolean;
  raw: boolean;
  placeholder: string;
}

function settingsOf({ id, notes, isInvalid, label, lines, raw, placeholder }: Settings): Extension {
  const attributes: Record<string, string> = { id, "aria-label": label, "aria-multiline": String(lines), tabindex: "0" };
  if (notes !== undefined) attributes["aria-describedby"] = notes;
  if (isInvalid) attributes["aria-invalid"] = "true";
  return [
    EditorView.contentAttributes.of(attributes),
    EditorView.editorAttributes.of({ ...(raw ? { class: "raw" } : {}), ...(isInvalid ? { "data-invalid": "" } : {}) }),
    placeholderOf(placeholder),
    raw ? [] : chips,
    lines ? [] : oneLine,
  ];
}

/** A line break that is pasted into a single line becomes a space. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1 || transaction.annotation(Transaction.remote) === true) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, " ");
  return { changes: { from: 0, to: transaction.startState.doc.length, insert: text }, selection: { anchor: text.length } };
});

function editing(changed: (text: string) => void, chosen: (chip: ChosenChip) => void, focused: () => void): Extension {
  return [
    history(),
    fieldCompletion,
    chipOpener.of((view, at) => openChip(view, at, placeAt(view, at), chosen)),
    EditorView.lineWrapping,
    keymap.of([...completionKeymap, ...chipKeys(chosen), ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((update) => {
      const isOurs = update.transactions.every((one) => one.annotation(Transaction.remote) === true);
      if (update.docChanged && !isOurs) changed(update.state.doc.toString());
      if (update.focusChanged && update.view.hasFocus) focused();
    }),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        const chip = event.target instanceof Element ? event.target.closest(".chip") : null;
        if (chip === null) return false;
        event.preventDefault();
        openChip(view, view.posAtDOM(chip) + 1, chip.getBoundingClientRect(), chosen);
        return true;
      },
      blur: (_, view) => closeCompletion(view),
      drop(event, view) {
        const path = event.dataTransfer?.getData(draggedField);
        if (path === undefined || path === "") return false;
        event.preventDefault();
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
        const insert = `{{ ${path} }}`;
        view.dispatch({ changes: { from: at, insert }, selection: { anchor: at + insert.length }, userEvent: "input.drop" });
        view.focus();
        return true;
      },
    }),
    fieldTheme,
  ];
}

/** An arrow selects the chip beside the caret, and the next one goes on behind it. Enter opens its menu, as Alt and the arrow down do beside it. */
function chipKeys(chosen: (chip: ChosenChip) => void): KeyBinding[] {
  const open = (view: EditorView): boolean => {
    const selected = selectedValue(view.state);
    const at = selected === undefined ? view.state.selection.main.head : selected.from + 1; // not the one that ends where it begins
    return openChip(view, at, placeAt(view, at), chosen);
  };
  return [
    { key: "ArrowRight", run: (view) => selectChip(view, 1) },
    { key: "ArrowLeft", run: (view) => selectChip(view, -1) },
    { key: "Enter", run: (view) => selectedValue(view.state) !== undefined && open(view) },
    { key: "Alt-ArrowDown", run: open },
    { key: "F2", run: open },
  ];
}

function selectChip(view: EditorView, direction: 1 | -1): boolean {
  const { state } = view;
  if (state.field(chips, false) === undefined) return false; // as a template: letter by letter
  const selected = selectedValue(state);
  const { head, empty } = state.selection.main;
  if (selected !== undefined) {
    view.dispatch({ selection: { anchor: direction === 1 ? selected.from + selected.text.length : selected.from }, scrollIntoView: true });
    return true;
  }
  const next = valuesIn(state).find(({ from, text }) => head === (direction === 1 ? from : from + text.length));
  if (!empty || next === undefined) return false;
  view.dispatch({
    selection: { anchor: next.from, head: next.from + next.text.length },
    scrollIntoView: true,
    effects: EditorView.announce.of(`${wordsOfChip(state, next)}. Enter changes it.`),
  });
  return true;
}

/** Where a place of the text is on the screen. */
function placeAt(view: EditorView, at: number): DOMRect {
  const chip = view.contentDOM.querySelector(".chip.is-selected");
  if (chip !== null) return chip.getBoundingClientRect();
  const place = view.coordsAtPos(at);
  return place === null ? view.contentDOM.getBoundingClientRect() : new DOMRect(place.left, place.top, 0, place.bottom - place.top);
}

function openChip(view: EditorView, at: number, place: DOMRect, chosen: (chip: ChosenChip) => void): boolean {
  const part = valueAt(view.state, at) ?? valueAt(view.state, at + 1);
  if (part === undefined) return false;
  const { from, text, open, expression, close } = part;
  view.dispatch({ selection: { anchor: from + text.length } });
  chosen({ from, to: from + text.length, open, expression, close, place });
  return true;
}
