import type { Rules } from "#engine/mapping/rule-format.ts";
import { type ControlIds, Select } from "../../../components/ui/field.tsx";

interface RuleSelectProps {
  ids: Partial<ControlIds>;
  /** Which of them: the segments, or all other rules. */
  word: "rule" | "segment";
  /** The name of the one that is chosen; an empty text for none. */
  value: string;
  rules: Rules;
  onChange: (name: string) => void;
}

/** One of the workspace's rules or segments, by its title. */
export function RuleSelect({ ids, word, value, rules, onChange }: RuleSelectProps) {
  const offered = Object.entries(rules).filter(([, { kind }]) => (kind === "segment") === (word === "segment"));
  const isThere = offered.some(([name]) => name === value);
  return (
    <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)} className="min-w-32 flex-1">
      {!isThere && <option value={value}>{value === "" ? `Choose a ${word}` : `${value}, which is not there`}</option>}
      {offered.map(([name, { title }]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </Select>
  );
}
