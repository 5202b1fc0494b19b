import { useId } from "react";
import { Field, Input } from "../../../components/ui/field.tsx";
import { newPaging, pageInputs, type PagingStyle, pagingStyles } from "../definition/paging.ts";
import type { Operation, Paging } from "../definition/types.ts";
import { useProblem } from "./editing.ts";
import { ChoiceLine } from "./line.tsx";

interface PagingFormProps {
  operation: Operation;
  at: string;
  onChange: (paging: Paging | undefined) => void;
}

/** How a list is read to its end. */
export function PagingForm({ operation, at, onChange }: PagingFormProps) {
  const { paging } = operation;
  const problem = useProblem(`${at}.paging`, true);
  return (
    <div className="flex flex-col gap-3">
      <ChoiceLine
        label="Paging"
        at={`${at}.paging.style`}
        guess={{ operation: operation.id, member: "paging" }}
        value={paging?.style ?? "none"}
        options={Object.entries(pagingStyles)}
        onChange={(style) => onChange(newPaging(operation, style as PagingStyle))}
      />
      {paging?.style === "link" && <NextAddress paging={paging} onChange={onChange} />}
      {paging !== undefined && "size" in paging && <PageNames operation={operation} paging={paging} onChange={onChange} />}
      {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
    </div>
  );
}

type Paged = Extract<Paging, { size: string }>;

function NextAddress({ paging, onChange }: { paging: Extract<Paging, { style: "link" }>; onChange: (paging: Paging) => void }) {
  const { link: before = "", ...rest } = paging;
  return (
    <div className="rounded-md bg-sunken p-3">
      <Field
        label="Path of the next address in the answer"
        hint="Such as links.next. Leave it empty if the address is in the Link header of the answer."
      >
        {(ids) => (
          <Input {...ids} value={before} onChange={({ target: { value } }) => onChange(value === "" ? rest : { ...rest, link: value })} />
        )}
      </Field>
    </div>
  );
}

function PageNames({ operation, paging, onChange }: { operation: Operation; paging: Paged; onChange: (paging: Paging) => void }) {
  const list = useId();
  return (
    <div className="grid grid-cols-1 gap-4 rounded-md bg-sunken p-3 sm:grid-cols-3">
      <datalist id={list}>
        {pageInputs(operation, paging.in).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {linesOf(paging).map(({ label, value, put }) => (
        <Field key={label} label={label}>
          {(ids) => <Input {...ids} list={list} value={value} onChange={({ target }) => onChange(put(target.value))} />}
        </Field>
      ))}
      <Field label="Field for the size of a page">
        {(ids) => <Input {...ids} list={list} value={paging.size} onChange={({ target }) => onChange({ ...paging, size: target.value })} />}
      </Field>
      <Field label="Maximum page size">
        {(ids) => (
          <Input
            {...ids}
            type="number"
            min={1}
            value={paging.max}
            onChange={({ target }) => onChange({ ...paging, max: Math.max(1, Math.round(target.valueAsNumber || 1)) })}
          />
        )}
      </Field>
    </div>
  );
}

interface NameLine {
  label: string;
  value: string;
  put: (value: string) => Paging;
}

/** What moves a list on, in each style. */
function linesOf(paging: Paged): NameLine[] {
  switch (paging.style) {
    case "page":
      return [{ label: "Field for the page", value: paging.page, put: (page) => ({ ...paging, page }) }];
    case "offset":
      return [{ label: "Field for the rows to skip", value: paging.offset, put: (offset) => ({ ...paging, offset }) }];
    case "lastRow":
      return [
        { label: "Field for the last row", value: paging.field, put: (field) => ({ ...paging, field }) },
        { label: "Value to send from the last row", value: paging.row, put: (row) => ({ ...paging, row }) },
      ];
    case "cursor": {
      const [[name, from] = ["", ""], ...rest] = Object.entries(paging.next);
      const next = (first: [string, string]) => ({ ...paging, next: Object.fromEntries([first, ...rest]) });
      return [
        { label: "Field for the cursor", value: name, put: (written) => next([written, from]) },
        { label: "Path of the cursor in the answer", value: from, put: (written) => next([name, written]) },
      ];
    }
  }
}
