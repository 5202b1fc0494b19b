import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { type Diagnostic, forEachDiagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import { completeFlow, type Vocabulary } from "./complete.ts";
import { difference } from "./difference.ts";
import { look } from "./look.ts";
import { rangeOf } from "./places.ts";

/** Something that is wrong with a place of the value. */
export interface JsonProblem {
  place: readonly (string | number)[];
  message: string;
}

interface JsonBoxProps {
  id: string;
  label: string;
  /** What is shown. Another text than the one that was typed last takes its place. */
  text: string;
  onChange: (text: string) => void;
  problems: readonly JsonProblem[];
  vocabulary: Vocabulary | null;
}

/** JSON with colours, line numbers, completion, and what is wrong at its line. */
export function JsonBox({ id, label, text, onChange, problems, vocabulary }: JsonBoxProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const present = useRef({ vocabulary, problems });
  present.current = { vocabulary, problems };
  const typed = useEffectEvent((next: string) => onChange(next));
  const first = useRef(text);

  useEffect(() => {
    const made = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          foldGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          json(),
          lintGutter(),
          look,
          autocompletion({ override: [completeFlow(() => present.current.vocabulary)], icons: false }),
          EditorView.contentAttributes.of({ id, "aria-label": label }),
          EditorView.lineWrapping,
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...foldKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const isOwn = update.transactions.some((one) => one.annotation(Transaction.remote) === true);
            if (!isOwn) typed(update.state.doc.toString());
            mark(update.view, present.current.problems);
          }),
        ],
      }),
    });
    view.current = made;
    mark(made, present.current.problems);
    return () => made.destroy();
  }, [id, label]);

  useEffect(() => {
    const now = view.current;
    if (now === null || now.state.doc.toString() === text) return;
    now.dispatch({ changes: difference(now.state.doc.toString(), text), annotations: Transaction.remote.of(true) });
  }, [text]);

  useEffect(() => {
    if (view.current !== null) mark(view.current, problems);
  }, [problems]);

  return <div ref={host} className="min-w-0" />;
}

/** Marks what is wrong: mistakes of the JSON itself, else what is said of the value. */
function mark(view: EditorView, problems: readonly JsonProblem[]): void {
  const syntax = jsonParseLinter()(view);
  const said = problems.map(({ place, message }): Diagnostic => ({ ...rangeOf(view.state, place), message, severity: "warning" }));
  const next = view.state.doc.length === 0 ? [] : syntax.length > 0 ? syntax : said;
  let isSame = true;
  let n = 0;
  forEachDiagnostic(view.state, (one, from) => {
    isSame &&= next[n]?.message === one.message && next[n]?.from === from;
    n++;
  });
  if (isSame && n === next.length) return;
  // Not while the view is being updated.
  queueMicrotask(() =>
    view.dispatch(
      setDiagnostics(
        view.state,
        next.map((one) => ({ ...one, to: Math.min(one.to, view.state.doc.length) })),
      ),
    ),
  );
}
