import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AnswerDraft } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import { JsonView } from "../../../components/json-view.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Field, Textarea } from "../../../components/ui/field.tsx";
import { api } from "../../../lib/api.ts";
import { patched, replaceOperation } from "../definition/edits.ts";
import { type EditedApp, fieldsOf, type Operation, operationsOf } from "../definition/types.ts";
import { saidOfSource } from "../said-of-source.ts";
import { useEditing, useProblem } from "./editing.ts";
import { GuessNote } from "./guess-note.tsx";
import { TextLine } from "./line.tsx";
import type { OperationPartProps } from "./operation-part.ts";
import { PagingForm } from "./paging-form.tsx";

/** What comes back: pasted as an example, and where the records are in it. */
export function Answer({ operation, index, at, onChange }: OperationPartProps) {
  const id = operation.id;
  return (
    <section aria-label="Answer" className="flex flex-col gap-4">
      <h3 className="text-body font-semibold">Answer</h3>
      <PasteExample operation={operation} index={index} />
      <ResultLines operation={operation} at={at} onChange={onChange} />
      {operation.effect === "read" && (
        <div className="flex flex-col gap-1.5">
          <label className="flex items-center gap-2">
            <Checkbox
              label="It is a list of records"
              checked={operation.list === true}
              onChange={(list) => onChange(list ? { list } : { list: undefined, paging: undefined, changed: undefined })}
            />
            It is a list of records
          </label>
          <GuessNote of={{ operation: id, member: "list" }} />
          <ListProblem at={at} />
        </div>
      )}
      {operation.list === true && <PagingForm operation={operation} at={at} onChange={(paging) => onChange({ paging })} />}
      {operation.example !== undefined && (
        <Disclosure summary={<span className="text-ink-2">Saved example</span>}>
          <JsonView value={operation.example.output} label="the example" short />
        </Disclosure>
      )}
    </section>
  );
}

function ListProblem({ at }: { at: string }) {
  const problem = useProblem(`${at}.list`);
  return problem === undefined ? null : <p className="text-meta text-failure">{problem}</p>;
}

function ResultLines({ operation, at, onChange }: Pick<OperationPartProps, "operation" | "at" | "onChange">) {
  const { id, list = false } = operation;
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-3">
      <TextLine
        label={list ? "Where the records are" : "Where the record is"}
        hint="With dots: data.items. Empty: the whole answer."
        at={`${at}.result`}
        guess={{ operation: id, member: "result" }}
        mono
        value={operation.result ?? ""}
        onChange={(result) => onChange({ result: result === "" ? undefined : result })}
      />
      <TextLine
        label="Id of a record"
        hint="Identifies a record."
        at={`${at}.identity`}
        guess={{ operation: id, member: "identity" }}
        mono
        value={operation.identity ?? ""}
        onChange={(identity) => onChange({ identity: identity === "" ? undefined : identity })}
      />
      {list && (
        <TextLine
          label="Time of the last change"
          hint="If records have one. Flows can then start on changes."
          at={`${at}.changed`}
          guess={{ operation: id, member: "changed" }}
          mono
          value={operation.changed ?? ""}
          onChange={(changed) => onChange({ changed: changed === "" ? undefined : changed })}
        />
      )}
    </div>
  );
}

/** An example answer together with the operation that gave it, by whose names records and pages are recognised. */
export const answerSource = (operation: Operation, text: string) => ({
  text,
  path: operation.path,
  input: fieldsOf(operation).map(({ name, wire, in: place }) => ({ name, in: place, ...(wire !== undefined && { wire }) })),
});

/** The draft with what an example answer says of an operation, as guesses to confirm. */
export function withAnswer(draft: EditedApp, index: number, answer: AnswerDraft, input?: JsonObject): EditedApp {
  const operation = operationsOf(draft.definition)[index];
  if (operation === undefined) return draft;
  const isRead = operation.effect === "read";
  const { list, paging, changed, ...rest } = answer.definition;
  const example: Operation["example"] = { input: input ?? operation.example?.input ?? {}, output: answer.example as Json };
  const learned = isRead ? { ...rest, list, paging, changed } : rest;
  const next = replaceOperation(draft, index, patched(operation, { ...defined(learned), example }));
  const guesses = answer.guesses.filter(({ member }) => Object.keys(defined(learned)).includes(member.split(".")[0]!));
  return guesses.length === 0
    ? next
    : { ...next, guesses: { ...next.guesses, [operation.id]: merged(next.guesses[operation.id], guesses) } };
}

const merged = (old: readonly AnswerDraft["guesses"][number][] = [], fresh: AnswerDraft["guesses"]) => [
  ...old.filter(({ member }) => !fresh.some((one) => one.member === member)),
  ...fresh,
];

/** Reads an example answer, and puts what it says into the operation. */
function PasteExample({ operation, index }: { operation: Operation; index: number }) {
  const { edit } = useEditing();
  const [text, setText] = useState("");
  const read = useMutation({
    mutationFn: (written: string) => api.appDrafts.answer({ body: answerSource(operation, written) }),
    meta: { quiet: true },
    onSuccess: (answer) => {
      edit((draft) => withAnswer(draft, index, answer));
      setText("");
    },
  });
  return (
    <Disclosure
      open={operation.result === undefined && operation.example === undefined}
      summary={<span className="text-ink-2">Paste an example answer, and the rest is filled in</span>}
    >
      <div className="flex flex-col gap-2 pt-1">
        <Field label="Example answer" bare error={read.error === null ? undefined : saidOfSource(read.error)}>
          {(ids) => (
            <Textarea
              {...ids}
              className="min-h-28 font-mono text-meta"
              placeholder={'{ "data": [ { "id": "42", "name": "Ada" } ] }'}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        <span>
          <Button small disabled={text.trim() === ""} busy={read.isPending} onClick={() => read.mutate(text)}>
            Read the example
          </Button>
        </span>
      </div>
    </Disclosure>
  );
}
