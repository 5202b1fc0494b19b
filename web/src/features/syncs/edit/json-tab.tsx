import { useQuery } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import { isObject } from "#kernel/json.ts";
import type { SyncView } from "#api/schemas.ts";
import { JsonBox, type JsonProblem } from "../../../components/json-box/json-box.tsx";
import { JsonView } from "../../../components/json-view.tsx";
import { parseJson } from "../../../lib/json-text.ts";
import { useMay } from "../../../lib/may.ts";
import { syncProblemsQuery } from "../../../lib/queries.ts";
import type { Definition } from "../types.ts";
import { useDraftPart, useSyncDraft } from "./draft-context.tsx";
import type { SyncProblem } from "./edits.ts";
import { SaveBar } from "./save-bar.tsx";

/** The sync as the JSON that people keep in git. It is the same sync as under Set-up: each shows what is changed in the other. */
export function JsonTab({ sync }: { sync: SyncView }) {
  const definition = useDraftPart((view) => view.definition);
  const problems = useQuery(syncProblemsQuery(sync.id, sync.revision)).data;
  const mayWrite = useMay("flows:write");
  return (
    <div>
      <SaveBar syncId={sync.id} />
      {mayWrite ? (
        <Editor definition={definition} problems={problems ?? noProblems} />
      ) : (
        <JsonView label="The sync as JSON" value={definition} />
      )}
    </div>
  );
}

const noProblems: readonly SyncProblem[] = [];

function Editor({ definition, problems }: { definition: Definition; problems: readonly SyncProblem[] }) {
  const draft = useSyncDraft();
  const id = useId();
  const [typed, setTyped] = useState<{ text: string; of: Definition } | null>(null);
  const written = useMemo(() => JSON.stringify(definition, null, 2), [definition]);
  const text = typed !== null && typed.of === definition ? typed.text : written;
  const { value, error } = parseJson(text);
  const marks = useMemo(() => problems.map(markOf), [problems]);
  const problem = error ?? (isObject(value) ? null : "A sync is one JSON object.");
  return (
    <div className="flex flex-col gap-2">
      <p className="text-ink-2">The same sync as under Set-up, as it is kept in git and sent to the API.</p>
      <JsonBox
        id={id}
        label="The sync as JSON"
        text={text}
        problems={marks}
        vocabulary={null}
        onChange={(next) => {
          const read = parseJson(next).value;
          if (isObject(read)) draft.edit(() => read as unknown as Definition);
          setTyped({ text: next, of: draft.view().definition });
        }}
      />
      <div role="status">
        {problem !== null && (
          <p className="rounded-md bg-failure-soft px-3 py-2">{problem} The last sync that could be read is kept until then.</p>
        )}
        {problem === null && problems.length > 0 && (
          <ul className="flex flex-col gap-1 rounded-md bg-warning-soft px-4 py-3">
            {problems.map(({ field, problem: says }) => (
              <li key={`${field} ${says}`}>{says}</li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** Where a problem is marked: `fields.2.toA` is a place of the document. */
const markOf = ({ field, problem }: SyncProblem): JsonProblem => ({
  place: field
    .replace(/\[(\d+)\]/g, ".$1")
    .split(".")
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
  message: problem,
});
