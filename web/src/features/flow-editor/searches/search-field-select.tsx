import type { SearchField } from "#catalog/types.ts";
import { Select } from "../../../components/ui/field.tsx";

interface SearchFieldSelectProps {
  label: string;
  value: string;
  /** The one that is written. */
  chosen: SearchField | null;
  fields: readonly SearchField[];
  custom: readonly SearchField[];
  onEnter?: () => void;
  onChange: (name: string) => void;
  className?: string;
}

/** One of the fields of a search. */
export function SearchFieldSelect({ label, value, chosen, fields, custom, onEnter, onChange, className }: SearchFieldSelectProps) {
  const isOffered = value === "" || [...fields, ...custom].some(({ name }) => name === value);
  const options = (of: readonly SearchField[]) =>
    of.map(({ name, label: words }) => (
      <option key={name} value={name}>
        {words}
      </option>
    ));
  return (
    <Select
      aria-label={label}
      value={value}
      {...(className !== undefined && { className })}
      onFocus={onEnter}
      onChange={({ target }) => onChange(target.value)}
    >
      {value === "" && <option value="">Choose a field</option>}
      {!isOffered && <option value={value}>{chosen?.label ?? value}</option>}
      {custom.length === 0 ? (
        options(fields)
      ) : (
        <>
          <optgroup label="Fields">{options(fields)}</optgroup>
          <optgroup label="Custom fields">{options(custom)}</optgroup>
        </>
      )}
    </Select>
  );
}
