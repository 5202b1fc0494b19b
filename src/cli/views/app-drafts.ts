/** Pure: drafts of apps, comparisons and versions as people read them. */
import type { AppDraft, DefinitionComparison } from "#api/schemas.ts";
import { facts, table } from "../table.ts";
import { ago, clean, count, type Paper } from "../text.ts";

const shownOperations = 40;
const shownNotes = 20;

/** What a document came to: its operations, what was guessed, and what was left out. */
export function draftPage(draft: AppDraft, chosen: AppDraft["operations"], paper: Paper): string {
  const reads = chosen.filter(({ definition }) => definition.effect === "read").length;
  const about = facts(
    [
      ["App", draft.title],
      ["Address", draft.baseUrl ?? "not in the document"],
      ["Logins", draft.auth.map(({ kind }) => kind).join(", ")],
      ["Operations", `${chosen.length} of ${draft.operations.length}: ${reads} read, ${chosen.length - reads} write`],
      ["Triggers", String(draft.triggers.length)],
    ],
    paper,
  );
  return [about, operationTable(chosen, paper), ...guessLines(draft, chosen), ...noteLines(draft)].join("\n");
}

function operationTable(chosen: AppDraft["operations"], paper: Paper): string {
  const rows = table(
    chosen.slice(0, shownOperations).map(({ definition }) => definition),
    [
      { title: "operation", value: ({ id }) => id },
      { title: "effect", value: ({ effect }) => effect },
      { title: "call", value: ({ method, path }) => `${method} ${path}` },
      { title: "title", value: ({ title }) => title },
    ],
    paper,
  );
  return chosen.length > shownOperations ? `${rows}\n… and ${chosen.length - shownOperations} more` : rows;
}

/** How many guesses there are of each member: they are to be confirmed, most of all the effects of writes. */
function guessLines(draft: AppDraft, chosen: AppDraft["operations"]): string[] {
  const counts = new Map<string, number>();
  for (const { guesses } of chosen) for (const { member } of guesses) counts.set(member, (counts.get(member) ?? 0) + 1);
  const ofOperations = [...counts].map(([member, n]) => `${member} ${n}`).join(", ");
  const own = draft.guesses.map(({ member, why }) => `  ${member}: ${clean(why)}.`);
  const lines = ofOperations === "" ? own : [`  of the operations: ${ofOperations}`, ...own];
  return lines.length === 0 ? [] : ["Guessed, to be looked at (--json shows each with its reason):", ...lines];
}

function noteLines({ notes }: AppDraft): string[] {
  if (notes.length === 0) return [];
  const shown = notes.slice(0, shownNotes).map(({ at, says }) => `  ${at === null ? "" : `${clean(at)}: `}${clean(says)}`);
  const more = notes.length > shownNotes ? [`  … and ${notes.length - shownNotes} more (--json shows all)`] : [];
  return [`Left out or not understood: ${notes.length}`, ...shown, ...more];
}

/** What another definition would change, and which flows would fail. */
export function comparisonPage({ changes, flows }: DefinitionComparison): string {
  if (changes.length === 0) return "The definitions are the same.";
  const lines = changes.map(({ says }) => `  ${clean(says)}`);
  const broken = flows.flatMap(({ name, problems }) => [`  ${clean(name)}`, ...problems.map((problem) => `    ${clean(problem)}`)]);
  const ofFlows = flows.length === 0 ? ["No flow would fail with it."] : [`${count(flows.length, "flow")} would fail with it:`, ...broken];
  return [`${count(changes.length, "change")}:`, ...lines, ...ofFlows].join("\n");
}

interface AppVersion {
  revision: number;
  at: number;
  by: string | null;
  operations: number;
  triggers: number;
}

/** The definitions that an app had, one a line. */
export const appVersionTable = (versions: readonly AppVersion[], paper: Paper): string =>
  table(
    versions,
    [
      { title: "version", value: ({ revision }) => String(revision) },
      { title: "when", value: ({ at }) => ago(paper, at) },
      { title: "by", value: ({ by }) => by ?? "" },
      { title: "operations", value: ({ operations }) => String(operations) },
      { title: "triggers", value: ({ triggers }) => String(triggers) },
    ],
    paper,
  );
