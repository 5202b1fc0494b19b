import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Input } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";

interface Row {
  from: string;
  to: string;
}

/** `yes=VIP;=unknown` as rows. */
export const rowsOf = (table: string): Row[] =>
  table
    .split(";")
    .filter((row) => row.trim() !== "")
    .map((row) => {
      const at = row.indexOf("=");
      return at < 0 ? { from: row.trim(), to: "" } : { from: row.slice(0, at).trim(), to: row.slice(at + 1).trim() };
    });

/** A row cannot hold what separates rows and sides. */
export const tableOf = (rows: readonly Row[]): string =>
  rows.map(({ from, to }) => `${from.replace(/[;=]/g, " ").trim()}=${to.replaceAll(";", ",").trim()}`).join(";");

/** A table of what becomes what. */
export function ValueMap({ id, table, onChange }: { id: string; table: string; onChange: (table: string) => void }) {
  const [rows, setRows] = useState(() => rowsOf(table));
  const put = (next: Row[]) => {
    setRows(next);
    onChange(tableOf(next));
  };
  const change = (at: number, part: Partial<Row>) => put(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return (
    <div id={id} role="group" aria-label="Table" className="flex min-w-0 flex-1 flex-col gap-1.5">
      {rows.map(({ from, to }, at) => (
        <div key={at} className="flex items-center gap-1.5">
          <Input
            aria-label={`Value ${at + 1}`}
            placeholder="nothing"
            value={from}
            onChange={(event) => change(at, { from: event.target.value })}
          />
          <span aria-hidden className="text-ink-3">
            →
          </span>
          <Input aria-label={`Becomes ${at + 1}`} value={to} onChange={(event) => change(at, { to: event.target.value })} />
          <IconButton small label={`Remove row ${at + 1}`} onClick={() => put(rows.filter((_, index) => index !== at))}>
            <Icon of={X} size={12} />
          </IconButton>
        </div>
      ))}
      <div>
        <Button small kind="quiet" icon={<Icon of={Plus} size={12} />} onClick={() => put([...rows, { from: "", to: "" }])}>
          Add a row
        </Button>
      </div>
    </div>
  );
}
