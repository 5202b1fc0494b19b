import { Database, X } from "lucide-react";
import { useId, useState } from "react";
import type { Rules } from "#engine/mapping/rule-format.ts";
import type { FilterArgumentWords } from "#engine/mapping/words/filters.ts";
import { printLiteral, readLiteral } from "#engine/mapping/words/parts.ts";
import { IconButton } from "../../../components/ui/button.tsx";
import { Input, Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SuggestBox, type Suggested } from "../../../components/ui/suggest-box.tsx";
import { FieldPicker } from "../data/field-picker.tsx";
import type { PlaceData } from "../data/types.ts";
import { labelOfPath } from "./chip-look.ts";
import { RuleSelect } from "./rule-select.tsx";
import { ValueMap } from "./value-map.tsx";

interface ArgumentFieldProps {
  words: FilterArgumentWords;
  /** As a template writes it; undefined: left out. */
  text: string | undefined;
  onChange: (text: string | undefined) => void;
  data: PlaceData;
  /** Names of the members of a list's items. */
  members: readonly string[];
}

/** One argument of a filter: a small form field, or a value of an earlier step. */
export function ArgumentField({ words, text, onChange, data, members }: ArgumentFieldProps) {
  const id = useId();
  const literal = text === undefined ? { value: "" } : readLiteral(text);
  const isData = literal === null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-meta text-ink-2">
        {words.label}
        {words.optional === true && <span className="text-ink-3"> (optional)</span>}
      </label>
      <div className="flex min-w-0 items-center gap-1">
        {isData ? (
          <DataArgument id={id} text={text ?? ""} data={data} onClear={() => onChange(words.optional === true ? undefined : "''")} />
        ) : (
          <LiteralArgument id={id} words={words} value={literal.value} members={members} rules={data.rules ?? {}} onChange={onChange} />
        )}
        {words.kind !== "map" && words.kind !== "choice" && words.kind !== "rule" && words.kind !== "segment" && (
          <FieldPicker
            data={data}
            onPick={({ field }) => onChange(field.path)}
            trigger={
              <IconButton small label={`Use data for ${words.label}`}>
                <Icon of={Database} size={14} />
              </IconButton>
            }
          />
        )}
      </div>
    </div>
  );
}

/** A value of an earlier step in the place of a fixed one. */
function DataArgument({ id, text, data, onClear }: { id: string; text: string; data: PlaceData; onClear: () => void }) {
  return (
    <span id={id} className="flex h-8 min-w-0 flex-1 items-center gap-1 rounded-md bg-accent-soft pr-0.5 pl-2 text-accent-ink" title={text}>
      <span className="min-w-0 flex-1 truncate">{labelOfPath(text, data)}</span>
      <IconButton small label="Use a fixed value" onClick={onClear}>
        <Icon of={X} size={12} />
      </IconButton>
    </span>
  );
}

interface LiteralProps {
  id: string;
  words: FilterArgumentWords;
  value: string | number | boolean;
  members: readonly string[];
  rules: Rules;
  onChange: (text: string | undefined) => void;
}

function LiteralArgument({ id, words, value, members, rules, onChange }: LiteralProps) {
  const put = (next: string) => onChange(next === "" && words.optional === true ? undefined : printLiteral(next));
  switch (words.kind) {
    case "number":
      return <NumberArgument id={id} value={value} isOptional={words.optional === true} onChange={onChange} />;
    case "yesNo":
      return (
        <Select
          id={id}
          value={String(value)}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
          className="flex-1"
        >
          {words.optional === true && <option value="">As usual</option>}
          <option value="true">Yes</option>
          <option value="false">No</option>
        </Select>
      );
    case "choice":
      return (
        <Select id={id} value={String(value)} onChange={(event) => put(event.target.value)} className="flex-1">
          {words.choices?.map(([choice, label]) => (
            <option key={choice} value={choice}>
              {label}
            </option>
          ))}
        </Select>
      );
    case "rule":
    case "segment":
      return (
        <RuleSelect ids={{ id }} word={words.kind} value={String(value)} rules={rules} onChange={(name) => onChange(printLiteral(name))} />
      );
    case "map":
      return <ValueMap id={id} table={String(value)} onChange={(table) => onChange(printLiteral(table))} />;
    case "text":
    case "value":
    case "field":
    case "format":
    case "zone":
    case "country":
    case "currency":
      return (
        <SuggestBox ids={{ id }} text={String(value)} onChange={put} label={words.label} choices={suggestionsOf(words.kind, members)} />
      );
  }
}

/** Keeps what is being written: "1." is no number yet. */
function NumberArgument({ id, value, isOptional, onChange }: Omit<LiteralProps, "words" | "members" | "rules"> & { isOptional: boolean }) {
  const [written, setWritten] = useState(String(value));
  return (
    <Input
      id={id}
      inputMode="decimal"
      value={Number(written) === Number(value) && written !== "" ? written : String(value)}
      onChange={(event) => {
        const text = event.target.value;
        setWritten(text);
        if (text === "") onChange(isOptional ? undefined : "0");
        else if (Number.isFinite(Number(text))) onChange(printLiteral(Number(text)));
      }}
    />
  );
}

const formats: readonly (readonly [string, string])[] = [
  ["%Y-%m-%d", "2026-01-15"],
  ["%d.%m.%Y", "15.01.2026"],
  ["%d/%m/%Y", "15/01/2026"],
  ["%m/%d/%Y", "01/15/2026"],
  ["%-d %B %Y", "15 January 2026"],
  ["%B %-d, %Y", "January 15, 2026"],
  ["%A, %-d %B", "Thursday, 15 January"],
  ["%H:%M", "09:30"],
  ["%-I:%M %p", "9:30 AM"],
  ["%Y-%m-%d %H:%M", "2026-01-15 09:30"],
  ["%d.%m.%Y %H:%M", "15.01.2026 09:30"],
];

function suggestionsOf(kind: FilterArgumentWords["kind"], members: readonly string[]): readonly Suggested[] {
  if (kind === "format") return formats.map(([value, label]) => ({ value, label }));
  if (kind === "zone") return Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: value.replaceAll("_", " ") }));
  if (kind === "currency") return named(Intl.supportedValuesOf("currency"), "currency");
  if (kind === "country") return named(countries, "region");
  return kind === "field" ? members.map((value) => ({ value })) : [];
}

/** Those that phone numbers most often come from; any other code may be written. */
const countries =
  "US CA GB IE DE AT CH FR BE NL LU ES PT IT DK SE NO FI PL CZ SK HU RO BG GR TR AU NZ ZA IN SG HK JP KR PH MY TH AE IL SA EG NG KE BR MX AR CL CO PE".split(
    " ",
  );

function named(codes: readonly string[], type: "currency" | "region"): Suggested[] {
  const names = new Intl.DisplayNames("en", { type });
  return codes.map((value) => ({ value, label: names.of(value) ?? value }));
}
