import { ArrowRight, Plus, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { cx } from "../../lib/cx.ts";
import { plural } from "../../lib/words.ts";
import { pastedRows } from "./pasted.ts";
import { newTableRow, pasteRows, type TableRow } from "./rule-draft.ts";

interface TableRowsProps {
  rows: readonly TableRow[];
  /** The rows that say the same as one before. */
  repeated: ReadonlySet<number>;
  onChange: (rows: TableRow[]) => void;
}

const shownAtFirst = 100;
const searchedFrom = 20;
const columns = "grid grid-cols-[minmax(0,1fr)_1rem_minmax(0,1fr)_1.75rem] items-center gap-2";

/** The rows of a look-up table, as in a spreadsheet: Enter goes on to the next row, a paste fills as many as it has. */
export function TableRows({ rows, repeated, onChange }: TableRowsProps) {
  const [words, setWords] = useState("");
  const [shown, setShown] = useState(shownAtFirst);
  const focus = useFocusCell();
  const matches = rows
    .map((row, index) => ({ row, index }))
    .filter(({ row }) => words === "" || `${row.from}\n${String(row.to)}`.toLowerCase().includes(words.toLowerCase()));
  const { put, add, paste, remove } = rowEdits(rows, onChange, { focus, onAdd: () => setShown((n) => Math.max(n, rows.length + 1)) });
  const onKey = (event: KeyboardEvent, at: number, column: Column) => {
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Enter: at + 1 }[event.key];
    if (to === undefined || event.nativeEvent.isComposing) return;
    event.preventDefault();
    const next = matches[to];
    if (next) focus(next.row.id, event.key === "Enter" ? "from" : column);
    else if (event.key === "Enter") add();
  };
  return (
    <section aria-label="Rows" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="font-medium">
          Rows <span className="font-normal text-ink-3 tabular">{rows.filter(({ from, to }) => from !== "" || to !== "").length}</span>
        </h3>
        {rows.length > searchedFrom && <SearchInput label="Find a row" value={words} onChange={setWords} className="w-56" />}
      </div>
      <p className="text-meta text-ink-3">
        Paste two columns from a spreadsheet into a cell to fill many rows at once. A row without a value on the left is for a missing or
        empty one.
      </p>
      <div role="table" aria-label="Rows of the table">
        {columnHeads}
        {matches.slice(0, shown).map(({ row, index }, at) => (
          <Row
            key={row.id}
            row={row}
            number={index + 1}
            isRepeated={repeated.has(row.id)}
            onChange={(patch) => put(index, patch)}
            onPaste={(event) => paste(event, index)}
            onKey={(event, column) => onKey(event, at, column)}
            onRemove={() => remove(index)}
          />
        ))}
      </div>
      {matches.length === 0 && words !== "" && <p className="text-ink-2">No row holds '{words}'.</p>}
      {repeated.size > 0 && (
        <p role="status" className="text-failure">
          {plural(repeated.size, "row")} {repeated.size === 1 ? "has" : "have"} a value that another row has already.
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button small icon={<Icon of={Plus} size={14} />} onClick={add}>
          Add row
        </Button>
        {matches.length > shown && (
          <Button small kind="quiet" onClick={() => setShown(shown + 200)}>
            Show {Math.min(200, matches.length - shown)} more of {matches.length}
          </Button>
        )}
      </div>
    </section>
  );
}

interface RowEditOptions {
  focus: (row: number, column: Column) => void;
  onAdd: () => void;
}

/** What can be done to the rows, each with the cell that has the focus after it. */
function rowEdits(rows: readonly TableRow[], onChange: (rows: TableRow[]) => void, { focus, onAdd }: RowEditOptions) {
  const put = (index: number, patch: Partial<TableRow>) => onChange(rows.map((row, i) => (i === index ? { ...row, ...patch } : row)));
  const add = () => {
    const row = newTableRow();
    onChange([...rows, row]);
    onAdd();
    focus(row.id, "from");
  };
  const paste = (event: ClipboardEvent, index: number) => {
    const pasted = pastedRows(event.clipboardData.getData("text/plain"));
    if (pasted === null) return;
    event.preventDefault();
    const after = pasteRows(rows, index, pasted);
    onChange(after);
    focus(after[Math.min(after.length, index + pasted.length) - 1]!.id, "to");
  };
  const remove = (index: number) => {
    const near = rows[index + 1] ?? rows[index - 1];
    onChange(rows.filter((_, i) => i !== index));
    if (near) focus(near.id, "from");
  };
  return { put, add, paste, remove };
}

const columnHeads = (
  <div role="row" className={cx(columns, "pb-1 text-meta text-ink-3")}>
    <span role="columnheader">When the value is</span>
    <span role="presentation" />
    <span role="columnheader">it becomes</span>
    <span role="columnheader" className="sr-only">
      Remove
    </span>
  </div>
);

type Column = "from" | "to";

interface RowProps {
  row: TableRow;
  number: number;
  /** It says the same as one before. */
  isRepeated: boolean;
  onChange: (patch: Partial<TableRow>) => void;
  onPaste: (event: ClipboardEvent) => void;
  onKey: (event: KeyboardEvent, column: Column) => void;
  onRemove: () => void;
}

function Row({ row, number, isRepeated, onChange, onPaste, onKey, onRemove }: RowProps) {
  return (
    <div role="row" data-part-row={row.id} className={cx(columns, "py-0.5")}>
      <span role="cell">
        <Input
          data-column="from"
          aria-label={`Row ${number}: when the value is`}
          aria-invalid={isRepeated || undefined}
          title={isRepeated ? "This value is in another row already" : undefined}
          value={row.from}
          maxLength={4096}
          placeholder={row.to === "" ? "" : "missing or empty"}
          onChange={(event) => onChange({ from: event.target.value })}
          onPaste={onPaste}
          onKeyDown={(event) => onKey(event, "from")}
        />
      </span>
      <span role="presentation">
        <Icon of={ArrowRight} size={14} className="text-ink-3" />
      </span>
      <span role="cell">
        <Input
          data-column="to"
          aria-label={`Row ${number}: it becomes`}
          value={String(row.to)}
          maxLength={4096}
          onChange={(event) => onChange({ to: event.target.value })}
          onPaste={onPaste}
          onKeyDown={(event) => onKey(event, "to")}
        />
      </span>
      <span role="cell">
        <IconButton small label={`Remove row ${number}`} onClick={onRemove}>
          <Icon of={X} size={14} />
        </IconButton>
      </span>
    </div>
  );
}

/** Moves the focus to a cell, once it is on the page. */
function useFocusCell(): (row: number, column: Column) => void {
  const wanted = useRef<{ row: number; column: Column } | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const { row, column } = wanted.current;
    wanted.current = null;
    cell(row, column)?.focus();
  });
  return (row, column) => {
    wanted.current = { row, column };
    cell(row, column)?.focus();
  };
}

const cell = (row: number, column: Column): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-part-row="${row}"] [data-column="${column}"]`);
