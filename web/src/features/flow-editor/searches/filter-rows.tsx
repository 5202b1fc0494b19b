import { Plus, X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import type { InputField as CatalogField, SearchField } from "#catalog/types.ts";
import type { Json } from "#kernel/json.ts";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { useNewRow } from "../../../lib/focus.ts";
import type { InputFieldProps } from "../panel/fields/input-props.ts";
import {
  type Comparison,
  comparisonsFor,
  type Filter,
  type FilterGroup,
  type FilterRow,
  lacksValue,
  readFilters,
  takesValue,
  withField,
  withFilterAt,
  writeFilters,
} from "./filters.ts";
import { SearchFieldSelect } from "./search-field-select.tsx";
import { useSearchFields } from "./use-search-fields.ts";

/** Draws the control of a value, by its field. */
export type ValueControl = (props: Pick<InputFieldProps, "field" | "value" | "onChange">) => ReactNode;

interface FilterRowsProps extends Pick<InputFieldProps, "value" | "onChange" | "app" | "connection"> {
  label: string;
  searches: NonNullable<CatalogField["searches"]>;
  control: ValueControl;
}

/** What a search is narrowed to: rows of a field, a comparison and a value, all or any of which have to hold, and groups of such. */
export function FilterRows({ label, value, onChange, searches, app, connection, control }: FilterRowsProps) {
  const [group, put] = useFilters(value, onChange);
  const search = useSearchFields(searches, app, connection, fieldsOf(group));
  return <Group group={group} onChange={put} label={label} search={search} control={control} isRoot />;
}

/** What is edited. A row without its field lives here alone until it has one. */
function useFilters(value: unknown, onChange: FilterRowsProps["onChange"]): [FilterGroup, (group: FilterGroup) => void] {
  const edited = useRef<{ group: FilterGroup; written: string | undefined }>(undefined);
  const written = JSON.stringify(value);
  if (edited.current === undefined || edited.current.written !== written)
    edited.current = { group: readFilters(value) ?? { kind: "group", match: "all", of: [] }, written };
  const [, render] = useState(0);
  const put = (group: FilterGroup) => {
    const next = writeFilters(group);
    edited.current = { group, written: JSON.stringify(next) };
    render((count) => count + 1);
    if (JSON.stringify(next) !== written) onChange(next);
  };
  return [edited.current.group, put];
}

const fieldsOf = ({ of }: FilterGroup): string[] => of.flatMap((one) => (one.kind === "row" ? [one.field] : fieldsOf(one)));

interface PartProps {
  search: ReturnType<typeof useSearchFields>;
  control: ValueControl;
}

interface GroupProps extends PartProps {
  group: FilterGroup;
  onChange: (group: FilterGroup) => void;
  label: string;
  onRemove?: () => void;
  isRoot?: boolean;
}

const blankRow: FilterRow = { kind: "row", field: "", comparison: "is" };

function Group({ group, onChange, label, onRemove, isRoot = false, ...part }: GroupProps) {
  const { list, adding } = useNewRow<HTMLDivElement>(group.of.length);
  const add = (one: Filter) => {
    adding();
    onChange({ ...group, of: [...group.of, one] });
  };
  return (
    <div
      ref={list}
      role="group"
      aria-label={label}
      className={cx("flex min-w-0 flex-col gap-3", !isRoot && "rounded-md border border-line bg-sunken p-2")}
    >
      {(group.of.length > 1 || !isRoot || group.match === "any") && (
        <div className="flex items-center gap-1">
          <Select
            aria-label="How many must hold"
            value={group.match}
            onChange={({ target }) => onChange({ ...group, match: target.value as FilterGroup["match"] })}
            className="w-40"
          >
            <option value="all">All of these</option>
            <option value="any">Any of these</option>
          </Select>
          <span className="text-ink-3">must hold</span>
          {onRemove !== undefined && (
            <IconButton small label="Remove this group" onClick={onRemove} className="ml-auto">
              <Icon of={X} size={14} />
            </IconButton>
          )}
        </div>
      )}
      {group.of.map((one, at) => {
        const put = (next: Filter | null) => onChange(withFilterAt(group, at, next));
        return (
          <div key={at} data-row>
            {at > 0 && <Between>{group.match === "any" ? "or" : "and"}</Between>}
            {one.kind === "group" ? (
              <Group group={one} onChange={put} onRemove={() => put(null)} label="Group of conditions" {...part} />
            ) : (
              <Row row={one} number={at + 1} onChange={put} {...part} />
            )}
          </div>
        );
      })}
      <div className="flex flex-wrap gap-1">
        <Button small kind="quiet" icon={<Icon of={Plus} size={12} />} onClick={() => add(blankRow)}>
          Add a condition
        </Button>
        {group.of.length > 0 && (
          <Button
            small
            kind="quiet"
            icon={<Icon of={Plus} size={12} />}
            onClick={() => add({ kind: "group", match: group.match === "all" ? "any" : "all", of: [blankRow] })}
          >
            Add a group
          </Button>
        )}
      </div>
    </div>
  );
}

/** How a condition goes with the one above it. */
const Between = ({ children }: { children: string }) => (
  <p className="mb-3 flex items-center gap-2 text-meta font-medium text-ink-3 after:h-px after:flex-1 after:bg-line">{children}</p>
);

interface RowProps extends PartProps {
  row: FilterRow;
  number: number;
  onChange: (row: FilterRow | null) => void;
}

function Row({ row, number, onChange, search, control }: RowProps) {
  const field = row.field === "" ? null : search.of(row.field);
  const offered = field === null ? [] : comparisonsFor(field.control);
  // What is written and does not suit the field is kept: the search says what it thinks of it.
  const all = offered.some(({ comparison }) => comparison === row.comparison)
    ? offered
    : [...offered, ...comparisonsFor("text"), ...comparisonsFor("number")].filter(
        ({ comparison }, at) => at < offered.length || comparison === row.comparison,
      );
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <div className="grid min-w-0 grid-cols-1 gap-1.5 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <SearchFieldSelect
            label={`Field of condition ${number}`}
            value={row.field}
            chosen={field}
            fields={search.fields}
            custom={search.custom}
            onEnter={search.enter}
            onChange={(name) => onChange(withField(name, search.of(name).control))}
          />
          {field !== null && (
            <Select
              aria-label={`Comparison of condition ${number}`}
              value={row.comparison}
              onChange={({ target }) => onChange(withComparison(row, target.value as Comparison))}
            >
              {all.map(({ comparison, words }) => (
                <option key={comparison} value={comparison}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </div>
        {field !== null &&
          takesValue(row.comparison) &&
          control({
            field: valueField(field, row.comparison),
            value: row.value === "" ? undefined : row.value,
            onChange: (value) => onChange(withValue(row, value as Json | undefined)),
          })}
        {lacksValue(row) && <p className="text-meta text-warning">Fill in what it is compared with.</p>}
      </div>
      <IconButton label={`Remove condition ${number}`} onClick={() => onChange(null)}>
        <Icon of={X} size={14} />
      </IconButton>
    </div>
  );
}

const withValue = ({ kind, field, comparison }: FilterRow, value: Json | undefined): FilterRow => ({
  kind,
  field,
  comparison,
  ...(value !== undefined && { value }),
});

const withComparison = ({ field, value }: FilterRow, comparison: Comparison): FilterRow => ({
  kind: "row",
  field,
  comparison,
  ...(takesValue(comparison) && value !== undefined && { value }),
});

/** The value of a row as a field of its own: of tags one is compared with, and parts of a text are no choice. */
function valueField({ name, label, control, choices, lookup }: SearchField, comparison: Comparison): CatalogField {
  const base = { name, in: "body", label: `Value of ${label}` } as const;
  const isPart = comparison === "contains" || comparison === "containsNot";
  if (isPart) return { ...base, schema: { type: "string" } };
  if (control === "number") return { ...base, schema: { type: "number" } };
  if (control === "date") return { ...base, control, schema: { type: "string", format: "date" } };
  if (control === "checkbox") return { ...base, control, schema: { type: "boolean" } };
  if (choices !== undefined) return { ...base, control: "choice", words: choices, schema: { type: "string", enum: Object.keys(choices) } };
  if (lookup !== undefined) return { ...base, control: "lookup", lookup, schema: { type: "string" } };
  return { ...base, schema: { type: "string" } };
}
