import { useId, useMemo, useState } from "react";
import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { ApiError } from "../../../lib/api.ts";
import { isObject } from "#kernel/json.ts";
import { parseJson } from "../../../lib/json-text.ts";
import { placeOf } from "../document/place.ts";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import type { FlowDraft } from "../draft/flow-draft.ts";
import { JsonBox, type JsonProblem } from "../../../components/json-box/json-box.tsx";
import { useVocabulary } from "./vocabulary.ts";

interface Typed {
  text: string;
  /** The flow as it was when it was typed. */
  of: FlowDefinition;
}

/** What was typed last of each draft: it is there again when somebody looks at the steps and comes back. */
const typedIn = new WeakMap<FlowDraft, Typed | null>();

/** The flow as the JSON that people keep in git. It is the same flow as under Steps: each shows what is changed in the other. */
export function JsonTab({ flow }: { flow: FlowDetail }) {
  const draft = useDraft();
  const definition = useDraftPart((view) => view.definition);
  const save = useDraftPart((view) => view.save);
  const vocabulary = useVocabulary();
  const id = useId();
  const [typed, keepTyped] = useState<Typed | null>(() => typedIn.get(draft) ?? null);
  const setTyped = (next: Typed | null) => {
    typedIn.set(draft, next);
    keepTyped(next);
  };
  const written = useMemo(() => JSON.stringify(definition, null, 2), [definition]);
  // What was typed stays as it was typed, as long as nothing else changes the flow; what cannot be read yet is nowhere else, so it stays anyhow.
  const isHalf = typed !== null && !isObject(parseJson(typed.text).value);
  const isBehind = isHalf && typed.of !== definition;
  const text = typed !== null && (isHalf || typed.of === definition) ? typed.text : written;
  const { value, error } = parseJson(text);
  const refused = save.kind === "refused" ? save.error : null;
  const problems = useMemo(() => problemsOf(flow, refused), [flow, refused]);
  const problem = error ?? (isObject(value) ? null : "A flow is one JSON object.");
  return (
    <div className="flex flex-col gap-2">
      <p className="text-ink-2">
        The same flow as under Steps, as it is kept in git. Ctrl Space offers what can be written. Runs go on using the published version.
      </p>
      <JsonBox
        id={id}
        label="The flow as JSON"
        text={text}
        problems={problems}
        vocabulary={vocabulary}
        onChange={(next) => {
          const read = parseJson(next).value;
          if (isObject(read)) draft.edit(() => read as unknown as FlowDefinition, { key: "json" });
          setTyped({ text: next, of: isObject(read) || typed === null || !isHalf ? draft.view().definition : typed.of });
        }}
      />
      {isBehind && (
        <div className="flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-3 py-2">
          <p className="min-w-0 flex-1 basis-64">
            The flow was changed elsewhere while you were writing. Once what you write can be read, it replaces that; undo brings it back.
          </p>
          <Button small onClick={() => setTyped(null)}>
            Show the flow as it is
          </Button>
        </div>
      )}
      <div role="status">
        {problem !== null && (
          <p className="rounded-md bg-failure-soft px-3 py-2">{problem} The last flow that could be read is kept until then.</p>
        )}
        {problem === null && problems.length > 0 && (
          <ul className="flex flex-col gap-1 rounded-md bg-warning-soft px-4 py-3">
            {problems.map(({ place, message }) => (
              <li key={`${place.join(".")} ${message}`}>{message}</li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** What the server says of the draft, or of the one it did not take. */
function problemsOf(flow: FlowDetail, refused: unknown): JsonProblem[] {
  const listed = refused instanceof ApiError ? refused.details["problems"] : flow.problems;
  if (!Array.isArray(listed)) return refused instanceof ApiError ? [{ place: [], message: refused.message }] : [];
  return listed.filter(isObject).flatMap(({ at, where, problem }) => {
    if (typeof at !== "string" || typeof problem !== "string") return [];
    const words = typeof where === "string" && at !== "" ? `${where.charAt(0).toUpperCase()}${where.slice(1)}: ${problem}` : problem;
    return [{ place: placeOf(at), message: words }];
  });
}
