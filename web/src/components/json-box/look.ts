import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** CodeMirror in the app's own colours, which follow light and dark by themselves. */
const clothes = EditorView.theme({
  "&": {
    fontSize: "0.75rem",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    borderRadius: "6px",
    border: "1px solid var(--line-strong)",
  },
  "&.cm-focused": { outline: "2px solid color-mix(in oklab, var(--focus) 35%, transparent)", borderColor: "var(--focus)" },
  ".cm-content": {
    fontFamily: "var(--font-mono, ui-monospace, monospace)",
    lineHeight: "1.25rem",
    padding: "0.5rem 0",
    caretColor: "var(--ink)",
  },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--sunken)",
    color: "var(--ink-3)",
    border: "none",
    borderRight: "1px solid var(--line)",
    borderRadius: "6px 0 0 6px",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in oklab, var(--accent) 25%, transparent) !important",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft) !important", color: "inherit !important" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "none",
    borderRadius: "6px",
    boxShadow: "var(--float)",
    overflow: "hidden",
  },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px !important", fontFamily: "var(--font-mono, ui-monospace, monospace)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft) !important",
    color: "var(--accent-ink) !important",
  },
  ".cm-completionDetail": { color: "var(--ink-3)", fontStyle: "normal", fontFamily: "var(--font-sans, sans-serif)" },
  ".cm-completionInfo": { padding: "6px 8px", maxWidth: "20rem", fontFamily: "var(--font-sans, sans-serif)" },
  ".cm-diagnostic": { padding: "4px 8px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--failure)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warning)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--failure)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warning)", textUnderlineOffset: "3px" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--neutral-soft)", border: "none", color: "var(--ink-2)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent-ink)" },
  { tag: tags.string, color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--waiting)" },
  { tag: [tags.separator, tags.brace, tags.squareBracket, tags.punctuation], color: "var(--ink-2)" },
]);

export const look = [clothes, syntaxHighlighting(colours)];
