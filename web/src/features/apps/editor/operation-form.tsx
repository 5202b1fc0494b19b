import { Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { freeId, idOf, patched, placeholdersOf, replaceOperation, removeOperation, withMethod, withPath } from "../definition/edits.ts";
import { effectChoices, effects } from "../definition/effects.ts";
import type { Operation } from "../definition/types.ts";
import { Answer } from "./answer.tsx";
import { CarefulWrite } from "./careful-write.tsx";
import { useEditing, useFollowingId, useProblem } from "./editing.ts";
import { FieldRows } from "./field-rows.tsx";
import { AllGuesses } from "./guess-note.tsx";
import { ChoiceLine, TextLine } from "./line.tsx";
import type { OperationPartProps } from "./operation-part.ts";
import { TryOperation } from "./try-operation.tsx";

interface OperationFormProps {
  operation: Operation;
  index: number;
  onOpen: (id: string | undefined) => void;
}

/** One operation: what it does, its request, its fields, its answer, and a try of it. */
export function OperationForm({ operation, index, onOpen }: OperationFormProps) {
  const { edit, mayWrite } = useEditing();
  const [trying, setTrying] = useState(false);
  const put = (next: Operation) => {
    edit((draft) => replaceOperation(draft, index, next));
    if (next.id !== operation.id) onOpen(next.id);
  };
  const part: OperationPartProps = {
    operation,
    index,
    at: `operations.${index}`,
    put,
    onChange: (patch) => put(patched(operation, patch)),
  };
  return (
    <article aria-label={operation.title} className="flex max-w-3xl flex-col gap-8">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 basis-48 truncate text-section font-semibold">
          <bdi>{operation.title}</bdi>
        </h2>
        <Button small icon={<Icon of={Play} size={13} />} aria-expanded={trying} onClick={() => setTrying(!trying)}>
          Try it
        </Button>
        {mayWrite && (
          <IconButton
            small
            label={`Remove ${operation.title}`}
            onClick={() => {
              edit((draft) => removeOperation(draft, index));
              onOpen(undefined);
            }}
          >
            <Icon of={Trash2} size={14} />
          </IconButton>
        )}
      </header>
      {trying && <TryOperation {...part} />}
      <AllGuesses of={operation.id} />
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-8">
        <WhatItDoes {...part} />
        <Request {...part} />
        <FieldRows {...part} />
        <Answer {...part} />
        {operation.effect !== "read" && <CarefulWrite {...part} />}
      </fieldset>
    </article>
  );
}

function WhatItDoes({ operation, at, onChange }: OperationPartProps) {
  const { isFollowing, taken } = useFollowingId(operation, "_");
  return (
    <section aria-label="What it does" className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <TextLine
        label="Name"
        at={`${at}.title`}
        value={operation.title}
        maxLength={80}
        onChange={(title) => onChange({ title, ...(isFollowing && { id: freeId(idOf(title, "_"), taken) }) })}
      />
      <ChoiceLine
        label="What it does"
        at={`${at}.effect`}
        guess={{ operation: operation.id, member: "effect" }}
        value={operation.effect}
        options={effects.map((effect) => [effect, effectChoices[effect]] as const)}
        onChange={(effect) => onChange({ effect: effect as Operation["effect"] })}
      />
      <TextLine
        label="Group"
        hint="Operations of one group are listed together."
        at={`${at}.category`}
        value={operation.category ?? ""}
        maxLength={60}
        onChange={(category) => onChange({ category: category === "" ? undefined : category })}
      />
      <TextLine
        label="Id"
        hint="Flows refer to it. Changing it breaks them."
        at={`${at}.id`}
        mono
        value={operation.id}
        maxLength={80}
        onChange={(id) => onChange({ id })}
      />
    </section>
  );
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const bodies = [
  ["json", "JSON"],
  ["form", "A form (x-www-form-urlencoded)"],
  ["multipart", "A form with files (multipart)"],
] as const;

function Request({ operation, at, put, onChange }: OperationPartProps) {
  const problem = useProblem(`${at}.input`);
  return (
    <section aria-label="Request" className="flex flex-col gap-4">
      <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-3">
        <ChoiceLine
          label="Method"
          at={`${at}.method`}
          value={operation.method}
          options={methods.map((method) => [method, method] as const)}
          onChange={(method) => put(withMethod(operation, method as Operation["method"]))}
        />
        <TextLine
          label="Path"
          hint={
            placeholdersOf(operation.path).length === 0
              ? "An id in it goes in braces, and becomes a field: /tickets/{ticketId}"
              : "Each name in braces is a field below."
          }
          at={`${at}.path`}
          mono
          value={operation.path}
          onChange={(path) => put(withPath(operation, path))}
        />
      </div>
      {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
      {operation.method !== "GET" && (
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <ChoiceLine
            label="Sent as"
            at={`${at}.body`}
            value={operation.body ?? "json"}
            options={bodies}
            onChange={(body) => onChange({ body: body === "json" ? undefined : (body as Operation["body"]) })}
          />
        </div>
      )}
      {operation.deprecated === true && (
        <label className="flex items-center gap-2 text-ink-2">
          <Checkbox label="Deprecated" checked onChange={() => onChange({ deprecated: undefined })} />
          Deprecated: it is not offered for new flows
        </label>
      )}
    </section>
  );
}
