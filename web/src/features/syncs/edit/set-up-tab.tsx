import { useQuery } from "@tanstack/react-query";
import type { SyncView } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { ReadOnlyNotice } from "../../../components/may.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { useMay } from "../../../lib/may.ts";
import { connectionsQuery, syncProblemsQuery } from "../../../lib/queries.ts";
import { type Side, sides } from "../types.ts";
import { useSideWords } from "../use-side-words.ts";
import { useDraftPart, useSyncDraft } from "./draft-context.tsx";
import { problemsAt } from "./edits.ts";
import { type EditProps, FieldRows } from "./field-rows.tsx";
import { MatchRules } from "./match-rules.tsx";
import { ParentRows } from "./parent-rows.tsx";
import { Policies } from "./policies.tsx";
import { ProblemLines } from "./problem-lines.tsx";
import { SaveBar } from "./save-bar.tsx";
import { TakingPart } from "./taking-part.tsx";

/** A sync as a form. */
export function SetUpTab({ sync }: { sync: SyncView }) {
  const draft = useSyncDraft();
  const definition = useDraftPart((view) => view.definition);
  const words = useSideWords(definition);
  const problems = useQuery(syncProblemsQuery(sync.id, sync.revision)).data ?? [];
  const mayWrite = useMay("flows:write");
  const props: EditProps = { syncId: sync.id, definition, words, problems, onChange: draft.edit, mayWrite };
  return (
    <div className="flex max-w-4xl flex-col gap-8">
      <div>
        <ReadOnlyNotice scope="flows:write" />
        <SaveBar syncId={sync.id} />
        <Basics {...props} />
      </div>
      <FieldRows {...props} resting={sync.resting} />
      <MatchRules {...props} />
      <ParentRows {...props} />
      <TakingPart {...props} />
      <Policies {...props} />
    </div>
  );
}

function Basics({ definition, words, problems, onChange, mayWrite }: EditProps) {
  return (
    <fieldset disabled={!mayWrite} className="grid min-w-0 grid-cols-1 gap-4 sm:grid-cols-2">
      <legend className="sr-only">Name and sides</legend>
      <div className="sm:col-span-2">
        <Field label="Name" error={definition.name.trim() === "" ? "Give the sync a name." : undefined}>
          {(ids) => (
            <Input
              {...ids}
              value={definition.name}
              maxLength={120}
              onChange={(event) => onChange((old) => ({ ...old, name: event.target.value }))}
            />
          )}
        </Field>
        <ProblemLines problems={problemsAt(problems, "name")} />
      </div>
      {sides.map((side) => (
        <div key={side}>
          <ConnectionChoice side={side} definition={definition} words={words} onChange={onChange} />
          <ProblemLines problems={problemsAt(problems, side)} />
        </div>
      ))}
    </fieldset>
  );
}

/** With which login a side is read and written. */
function ConnectionChoice({ side, definition, words, onChange }: Pick<EditProps, "definition" | "words" | "onChange"> & { side: Side }) {
  const { app, connection } = definition[side];
  const connections = useQuery(connectionsQuery()).data ?? [];
  const usable = connections.filter((one) => one.app === app);
  const present = usable.find(({ name, formerNames }) => name === connection || formerNames?.includes(connection) === true);
  return (
    <Field label={`${capital(words[side].many)} of`}>
      {(ids) => (
        <Select
          {...ids}
          className="w-full"
          value={present?.name ?? connection}
          onChange={(event) => onChange((old) => ({ ...old, [side]: { ...old[side], connection: event.target.value } }))}
        >
          {present === undefined && <option value={connection}>A connection that is gone</option>}
          {usable.map(({ id, name, title }) => (
            <option key={id} value={name}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
