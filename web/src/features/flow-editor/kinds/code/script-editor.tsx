import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useEffectEvent, useRef } from "react";
import { difference } from "../../../../components/json-box/difference.ts";
import { look } from "../../../../components/json-box/look.ts";
import { completeScript, type ScriptWords } from "./complete-script.ts";

/** What is wrong with a line. */
export interface LineProblem {
  line: number;
  column?: number;
  message: string;
}

interface ScriptEditorProps {
  label: string;
  text: string;
  isTyped: boolean;
  words: ScriptWords;
  problems: readonly LineProblem[];
  onChange: (text: string) => void;
}

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: "var(--accent-ink)", fontWeight: "500" },
    { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--ink-3)", fontStyle: "italic" },
    { tag: tags.typeName, color: "var(--ink-2)" },
  ]),
);

/** JavaScript or TypeScript with colours, completion from the samples, and what is wrong at its line. */
export function ScriptEditor({ label, text, isTyped, words, problems, onChange }: ScriptEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const known = useRef(words);
  known.current = words;
  const typed = useEffectEvent((next: string) => onChange(next));
  const first = useRef(text);
  const isNew = useRef(true);

  useEffect(() => {
    const made = new EditorView({
      parent: host.current!,
      state: EditorState.create({ doc: first.current, extensions: extensionsOf(label, isTyped, () => known.current, typed) }),
    });
    if (isNew.current && first.current.trim() === "" && isWithinReach(made.dom)) made.focus();
    isNew.current = false;
    view.current = made;
    return () => {
      first.current = made.state.doc.toString();
      made.destroy();
    };
  }, [label, isTyped]);

  useEffect(() => {
    const now = view.current;
    if (now === null || now.state.doc.toString() === text) return;
    now.dispatch({ changes: difference(now.state.doc.toString(), text), annotations: Transaction.remote.of(true) });
  }, [text]);

  const said = JSON.stringify(problems);
  useEffect(() => {
    const now = view.current;
    if (now !== null) now.dispatch(setDiagnostics(now.state, diagnosticsOf(now.state, JSON.parse(said) as LineProblem[])));
  }, [said, isTyped]);

  return <div ref={host} className="min-w-0" />;
}

/** The editor comes later than the form around it: the focus went to another part of the form then, unless somebody types there already. */
function isWithinReach(editor: HTMLElement): boolean {
  const active = document.activeElement;
  return active instanceof HTMLSelectElement && editor.closest("[role=tabpanel]")?.contains(active) === true;
}

function extensionsOf(label: string, isTyped: boolean, words: () => ScriptWords, typed: (text: string) => void) {
  return [
    lineNumbers(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    javascript({ typescript: isTyped }),
    lintGutter(),
    look,
    colours,
    autocompletion({ override: [completeScript(words)], icons: false }),
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.lineWrapping,
    EditorView.theme({ ".cm-content": { minHeight: "9rem" } }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => {
      const isOwn = update.transactions.some((one) => one.annotation(Transaction.remote) === true);
      if (update.docChanged && !isOwn) typed(update.state.doc.toString());
    }),
  ];
}

function diagnosticsOf({ doc }: EditorState, problems: readonly LineProblem[]): Diagnostic[] {
  return problems
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, column = 1, message }) => {
      const { from, to } = doc.line(line);
      return { from: Math.min(from + column - 1, to), to, message, severity: "error" as const };
    });
}
