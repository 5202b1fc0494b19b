import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Input, Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { operators, takesOperand, comparisonText, readComparison, type Operator } from "./comparison.ts";
import { newConditionRow, type ConditionRow } from "./rule-draft.ts";

interface ConditionRowsProps {
  rows: readonly ConditionRow[];
  onChange: (rows: ConditionRow[]) => void;
}

/** Conditions on the value, from top to bottom. */
export function ConditionRows({ rows, onChange }: ConditionRowsProps) {
  const put = (index: number, patch: Partial<ConditionRow>) => onChange(rows.map((row, i) => (i === index ? { ...row, ...patch } : row)));
  const move = (index: number, by: 1 | -1) => {
    const after = [...rows];
    [after[index], after[index + by]] = [after[index + by]!, after[index]!];
    onChange(after);
  };
  return (
    <section aria-label="Conditions" className="flex flex-col gap-2">
      <h3 className="font-medium">Conditions</h3>
      <p className="text-meta text-ink-3">The first row that fits counts, from top to bottom.</p>
      <ol className="flex flex-col gap-2">
        {rows.map((row, index) => (
          <li
            key={row.id}
            className="flex flex-wrap items-center gap-2 sm:flex-nowrap max-sm:rounded-md max-sm:border max-sm:border-line max-sm:p-2"
          >
            <span className="w-24 shrink-0 text-ink-2 max-sm:w-full">{index === 0 ? "If the value" : "or else, if it"}</span>
            <Select
              aria-label={`Row ${index + 1}: comparison`}
              value={row.operator}
              onChange={(event) => put(index, withOperator(row, event.target.value as Operator))}
              className="w-36"
            >
              {Object.entries(operators).map(([operator, words]) => (
                <option key={operator} value={operator}>
                  {words}
                </option>
              ))}
            </Select>
            {takesOperand(row.operator) && (
              <Input
                aria-label={`Row ${index + 1}: compared with`}
                value={row.operand}
                maxLength={2000}
                placeholder={row.operator === "text" ? "value > 3 and value < 7" : ""}
                onChange={(event) => put(index, { operand: event.target.value })}
                className={row.operator === "text" ? "min-w-40 flex-[2] font-mono sm:min-w-0" : "min-w-24 flex-1 sm:min-w-0"}
              />
            )}
            <span className="shrink-0 text-ink-2">it becomes</span>
            <Input
              aria-label={`Row ${index + 1}: it becomes`}
              value={String(row.to)}
              maxLength={4096}
              onChange={(event) => put(index, { to: event.target.value })}
              className="min-w-24 flex-1 sm:min-w-0"
            />
            <span className="flex shrink-0">
              <IconButton small label={`Move row ${index + 1} up`} disabled={index === 0} onClick={() => move(index, -1)}>
                <Icon of={ArrowUp} size={14} />
              </IconButton>
              <IconButton small label={`Move row ${index + 1} down`} disabled={index === rows.length - 1} onClick={() => move(index, 1)}>
                <Icon of={ArrowDown} size={14} />
              </IconButton>
              <IconButton small label={`Remove row ${index + 1}`} onClick={() => onChange(rows.filter((_, i) => i !== index))}>
                <Icon of={X} size={14} />
              </IconButton>
            </span>
          </li>
        ))}
      </ol>
      <Button small icon={<Icon of={Plus} size={14} />} onClick={() => onChange([...rows, newConditionRow()])} className="self-start">
        Add condition
      </Button>
    </section>
  );
}

/** The row with another operator. As a condition it keeps what it said so far, and back where that can be read. */
function withOperator(row: ConditionRow, operator: Operator): Partial<ConditionRow> {
  if (operator === "text") return { operator, operand: row.operand === "" && takesOperand(row.operator) ? "" : comparisonText(row) };
  if (row.operator !== "text") return { operator };
  return { operator, operand: readComparison(row.operand).operator === "text" ? "" : readComparison(row.operand).operand };
}
