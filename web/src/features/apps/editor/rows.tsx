import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Input } from "../../../components/ui/field.tsx";

type Pairs = Readonly<Record<string, string>>;

interface PairRowsProps {
  title: string;
  /** What the left and the right column are. */
  columns: readonly [string, string];
  value: Pairs;
  onChange: (value: Record<string, string>) => void;
  /** What can be chosen at the left and at the right; typed freely where it is left out. */
  lists?: readonly [readonly string[], readonly string[]];
  id: string;
}

/** Pairs of a name and what it is filled from, a row each. */
export function PairRows({ title, columns, value, onChange, lists = [[], []], id }: PairRowsProps) {
  const rows = Object.entries(value);
  const put = (index: number, row: [string, string]) => onChange(Object.fromEntries(rows.map((old, i) => (i === index ? row : old))));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{title}</legend>
      {lists.map((list, side) => (
        <datalist key={side} id={`${id}-${side}`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ))}
      {rows.map(([left, right], index) => (
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_1.75rem] items-center gap-2">
          <Input
            aria-label={`${title}, row ${index + 1}: ${columns[0]}`}
            placeholder={columns[0]}
            list={`${id}-0`}
            value={left}
            onChange={(event) => put(index, [event.target.value, right])}
          />
          <Input
            aria-label={`${title}, row ${index + 1}: ${columns[1]}`}
            placeholder={columns[1]}
            list={`${id}-1`}
            value={right}
            onChange={(event) => put(index, [left, event.target.value])}
          />
          <IconButton
            small
            label={`Remove row ${index + 1} of ${title}`}
            onClick={() => onChange(Object.fromEntries(rows.filter((_, i) => i !== index)))}
          >
            <Icon of={X} size={14} />
          </IconButton>
        </div>
      ))}
      <AddRow onClick={() => onChange({ ...value, "": "" })} disabled={"" in value}>
        Add row
      </AddRow>
    </fieldset>
  );
}

/** The button under rows that adds one. */
export function AddRow({ onClick, disabled = false, children }: { onClick: () => void; disabled?: boolean; children: ReactNode }) {
  return (
    <span>
      <Button small icon={<Icon of={Plus} size={14} />} onClick={onClick} disabled={disabled}>
        {children}
      </Button>
    </span>
  );
}
