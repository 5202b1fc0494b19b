import { ChevronRight, X } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../../components/ui/button.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Field as Labelled, Input, Select, Textarea } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { freeId, patched } from "../definition/edits.ts";
import { type FieldKind, fieldKinds, kindOfField, withKind, withLabel } from "../definition/field-kinds.ts";
import { type Field, fieldsOf, operationsOf } from "../definition/types.ts";
import { useEditing, useProblem } from "./editing.ts";
import { GuessNote } from "./guess-note.tsx";
import { ChoiceLine, TextLine } from "./line.tsx";
import type { OperationPartProps } from "./operation-part.ts";
import { AddRow } from "./rows.tsx";

/** What is filled in: a row for each field, which opens. */
export function FieldRows({ operation, at, onChange }: OperationPartProps) {
  const { mayWrite } = useEditing();
  const [open, setOpen] = useState<number | null>(null);
  const fields = fieldsOf(operation);
  const put = (index: number, field: Field) => onChange({ input: fields.map((old, i) => (i === index ? field : old)) });
  const add = () => {
    const name = freeId("field", new Set(fields.map((field) => field.name)));
    onChange({ input: [...fields, { name, in: operation.method === "GET" ? "query" : "body", label: "New field" }] });
    setOpen(fields.length);
  };
  return (
    <section aria-label="Fields" className="flex flex-col gap-2">
      <h3 className="text-body font-semibold">
        Fields <span className="font-normal text-ink-3 tabular">{fields.length}</span>
      </h3>
      {fields.length === 0 && <p className="text-ink-2">Nothing has to be filled in.</p>}
      <ul className="flex flex-col">
        {fields.map((field, index) => (
          <li key={index} className="border-b border-line">
            <FieldRow
              field={field}
              at={`${at}.input.${index}`}
              operation={operation.id}
              isGet={operation.method === "GET"}
              isOpen={open === index}
              onOpen={() => setOpen(open === index ? null : index)}
              onChange={(next) => put(index, next)}
              onRemove={() => {
                onChange({ input: fields.filter((_, i) => i !== index) });
                setOpen(null);
              }}
            />
          </li>
        ))}
      </ul>
      {mayWrite && <AddRow onClick={add}>Add field</AddRow>}
    </section>
  );
}

interface FieldRowProps {
  field: Field;
  at: string;
  operation: string;
  isGet: boolean;
  isOpen: boolean;
  onOpen: () => void;
  onChange: (field: Field) => void;
  onRemove: () => void;
}

const places: Readonly<Record<Field["in"], string>> = {
  path: "In the path",
  query: "In the query",
  header: "In a header",
  body: "In the body",
};

function FieldRow({ field, at, isOpen, onOpen, ...rest }: FieldRowProps) {
  const problem = useProblem(at, true);
  const label = field.label ?? fieldLabel(field.name);
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onOpen}
        className="flex min-h-9 w-full items-center gap-2.5 rounded-md px-1 text-left transition-colors -outline-offset-1 hover:bg-hover"
      >
        <Icon of={ChevronRight} size={14} className={cx("shrink-0 text-ink-3 transition-transform", isOpen && "rotate-90")} />
        <bdi className="min-w-0 truncate font-medium">{label}</bdi>
        {field.required === true && <span className="shrink-0 text-meta text-ink-3">required</span>}
        <span className="min-w-0 flex-1 truncate font-mono text-meta text-ink-3 max-sm:hidden">{field.name}</span>
        {problem !== undefined && <span className="shrink-0 rounded-sm bg-failure-soft px-1.5 text-meta text-failure">To fix</span>}
        <span className="ml-auto shrink-0 text-meta text-ink-3">{fieldKinds[kindOfField(field)]}</span>
      </button>
      {isOpen && <FieldForm field={field} at={at} {...rest} />}
    </>
  );
}

function FieldForm({ field, at, operation, isGet, onChange, onRemove }: Omit<FieldRowProps, "isOpen" | "onOpen">) {
  const { mayWrite } = useEditing();
  const change = (patch: Partial<Field>) => onChange(patched(field, patch));
  const kind = kindOfField(field);
  const isInPath = field.in === "path";
  const own = useProblem(at);
  const inside = useOtherProblem(at);
  const problem = own ?? inside;
  return (
    <div className="flex flex-col gap-4 py-3 pl-6">
      {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
      <GuessNote of={{ operation, member: `input.${field.name}` }} />
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <TextLine
          label="Label"
          at={`${at}.label`}
          value={field.label ?? ""}
          placeholder={fieldLabel(field.name)}
          maxLength={80}
          onChange={(label) => change({ label: label === "" ? undefined : label })}
        />
        <TextLine
          label="Name"
          hint={field.wire === undefined ? undefined : `It is sent as '${field.wire}'.`}
          at={`${at}.name`}
          mono
          value={field.name}
          maxLength={80}
          onChange={(name) => change({ name, ...(isInPath && field.wire === undefined && { wire: field.name }) })}
        />
        <ChoiceLine
          label="Where it goes"
          at={`${at}.in`}
          value={field.in}
          options={(Object.keys(places) as Field["in"][])
            .filter((place) => (isInPath ? place === "path" : place !== "path" && !(isGet && place === "body")))
            .map((place) => [place, places[place]] as const)}
          onChange={(place) => change({ in: place as Field["in"] })}
        />
        <ChoiceLine
          label="What it holds"
          at={`${at}.schema`}
          value={kind}
          options={Object.entries(fieldKinds)}
          onChange={(next) => onChange(withKind(field, next as FieldKind))}
        />
        <div className="sm:col-span-2">
          <TextLine
            label="Help"
            hint="One line under the field."
            at={`${at}.help`}
            value={field.help ?? ""}
            maxLength={300}
            onChange={(help) => change({ help: help === "" ? undefined : help })}
          />
        </div>
      </div>
      {kind === "choice" && <Choices field={field} onChange={change} />}
      {kind === "lookup" && <LookupForm field={field} at={at} onChange={change} />}
      <div className="flex items-center justify-between gap-3">
        <label className="flex items-center gap-2">
          <Checkbox
            label="Required"
            checked={field.required === true}
            onChange={(required) => change({ required: required || isInPath ? true : undefined })}
          />
          Required{isInPath && <span className="text-meta text-ink-3">it is part of the path</span>}
        </label>
        {mayWrite && !isInPath && (
          <IconButton small label={`Remove the field ${field.label ?? field.name}`} onClick={onRemove}>
            <Icon of={X} size={14} />
          </IconButton>
        )}
      </div>
    </div>
  );
}

const shown = ["label", "name", "in", "help", "lookup"];

/** What is wrong with a part of a field that has no line of its own. */
function useOtherProblem(at: string): string | undefined {
  const { problems } = useEditing();
  return problems.find(({ field }) => field.startsWith(`${at}.`) && !shown.includes(field.slice(at.length + 1).split(".")[0]!))?.problem;
}

function Choices({ field, onChange }: { field: Field; onChange: (patch: Partial<Field>) => void }) {
  const choices = field.schema?.enum ?? [];
  const isNumber = field.schema?.type === "number" || field.schema?.type === "integer";
  return (
    <Labelled label="The choices" hint="One on each line, as the app wants them.">
      {(ids) => (
        <Textarea
          {...ids}
          defaultValue={choices.map(String).join("\n")}
          onChange={({ target }) => {
            const lines = target.value.split("\n").filter((line) => line.trim() !== "");
            const written = lines.map((line) =>
              isNumber && line.trim() !== "" && Number.isFinite(Number(line)) ? Number(line) : line.trim(),
            );
            onChange({ schema: { ...field.schema, enum: written } });
          }}
        />
      )}
    </Labelled>
  );
}

interface LookupFormProps {
  field: Field;
  at: string;
  onChange: (patch: Partial<Field>) => void;
}

/** Names are offered and ids are sent: from which list, and which of its members each is. */
function LookupForm({ field, at, onChange }: LookupFormProps) {
  const { draft } = useEditing();
  const lists = operationsOf(draft.definition).filter(({ effect, list }) => effect === "read" && list === true);
  const lookup = field.lookup!;
  const change = (patch: Partial<typeof lookup>) => onChange({ lookup: { ...lookup, ...patch } });
  const problem = useProblem(`${at}.lookup.operation`);
  return (
    <fieldset className="grid grid-cols-1 gap-4 rounded-md bg-sunken p-3 sm:grid-cols-3">
      <Labelled
        label="From the list"
        error={problem}
        hint={lists.length === 0 ? "The app has no operation yet that reads a list." : undefined}
      >
        {(ids) => (
          <Select {...ids} className="w-full" value={lookup.operation} onChange={({ target }) => change({ operation: target.value })}>
            <option value="">Choose</option>
            {lists.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
            {lookup.operation !== "" && !lists.some(({ id }) => id === lookup.operation) && (
              <option value={lookup.operation}>{lookup.operation}</option>
            )}
          </Select>
        )}
      </Labelled>
      <Labelled label="What is sent">
        {(ids) => <Input {...ids} value={lookup.value} placeholder="id" onChange={({ target }) => change({ value: target.value })} />}
      </Labelled>
      <Labelled label="What is shown">
        {(ids) => (
          <Input
            {...ids}
            value={lookup.label}
            placeholder="name"
            onChange={({ target }) => onChange({ lookup: withLabel(lookup, target.value) })}
          />
        )}
      </Labelled>
      <label className="flex items-center gap-2 sm:col-span-3">
        <Checkbox
          label="Flows may give the name instead"
          checked={lookup.by !== undefined}
          onChange={(named) => onChange({ lookup: patched(lookup, { by: named ? [lookup.label] : undefined }) })}
        />
        Flows may give the name instead
      </label>
    </fieldset>
  );
}
