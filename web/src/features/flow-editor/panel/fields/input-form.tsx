import { Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { isAsked } from "../../../../components/operation-form/asked.ts";
import { Disclosure } from "../../../../components/ui/disclosure.tsx";
import { Input } from "../../../../components/ui/field.tsx";
import { Icon } from "../../../../components/ui/icon.tsx";
import { moreName } from "../../../../lib/further-names.ts";
import { plural } from "../../../../lib/words.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { neededSentence } from "../../document/missing-fields.ts";
import { FixedField } from "./fixed-field.tsx";
import { InputField } from "./input-field.tsx";
import { PairsField } from "./pairs-field.tsx";
import { ValueField } from "./value-field.tsx";

interface InputFormProps {
  entry: CatalogEntry;
  /** The login it is used with; null where none is chosen. */
  connection: ConnectionView | null;
  values: Readonly<Record<string, unknown>>;
  /** Sets one member, by its name. */
  onChange: (name: string, value: unknown) => void;
  /** What is wrong, by the name of the field. */
  errors: ReadonlyMap<string, string>;
  /** The required fields without a value. Each says so once somebody was in it. */
  missing: Fields;
  fixed?: boolean;
}

type Fields = CatalogEntry["inputs"];

/** The fields of an operation: the few that are nearly always wanted first, the others behind a line. What is filled in is always in sight. */
export function InputForm({ entry, connection, values, onChange, errors, missing, fixed = false }: InputFormProps) {
  // What is in sight stays there while one types: a field that is emptied does not jump away.
  const [first] = useState(() => firstNames(entry, values));
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const visit = (name: string) => setVisited((before) => (before.has(name) ? before : new Set([...before, name])));
  const errorOf = ({ name }: Fields[number]) =>
    !missing.some((field) => field.name === name) ? errors.get(name) : visited.has(name) ? neededSentence : undefined;
  const asked = entry.inputs.filter((field) => isAsked(field, connection));
  const inSight = asked.filter(({ name }) => first.has(name) || errors.has(name));
  const others = asked.filter((field) => !inSight.includes(field));
  const unknown = Object.keys(values).filter((name) => name !== moreName && !entry.inputs.some((field) => field.name === name));
  const Unknown = fixed ? FixedField : ValueField;
  const one = (field: Fields[number]) => (
    <div
      key={field.name}
      data-needed={missing.some(({ name }) => name === field.name) || undefined}
      className="min-w-0"
      onBlur={() => visit(field.name)}
    >
      <InputField
        field={field}
        value={values[field.name]}
        onChange={(value) => {
          visit(field.name);
          onChange(field.name, value);
        }}
        app={entry.app}
        connection={connection?.name ?? null}
        values={values}
        mayEmpty={entry.empties.includes(field.name)}
        error={errorOf(field)}
        fixed={fixed}
      />
    </div>
  );
  return (
    <div data-fields className="flex flex-col gap-4">
      {inSight.map(one)}
      {asked.length === 0 && <p className="text-ink-2">It needs nothing more.</p>}
      {unknown.map((name) => (
        <Unknown
          key={name}
          field={{ name, label: fieldLabel(name), help: "The catalog does not know this field. It is kept as it is." }}
          value={values[name]}
          onChange={(value) => onChange(name, value)}
          error={errors.get(name)}
        />
      ))}
      {others.length > 0 && <OtherFields fields={others} draw={one} open={inSight.length === 0} />}
      {(entry.takesMore && !fixed) || isObject(values[moreName]) ? (
        <Disclosure summary={<span className="text-ink-2">Further fields</span>} open={isObject(values[moreName])}>
          <PairsField
            label="Further fields"
            hint="For fields that the app accepts but does not document. They may be ignored or refused."
            error={errors.get(moreName)}
            value={values[moreName]}
            onChange={(value) => onChange(moreName, value)}
            app={entry.app}
          />
        </Disclosure>
      ) : null}
    </div>
  );
}

interface OtherFieldsProps {
  fields: Fields;
  draw: (field: Fields[number]) => ReactNode;
  open: boolean;
}

/** The fields that are seldom wanted, with a search where they are many. */
function OtherFields({ fields, draw, open }: OtherFieldsProps) {
  const [wanted, setWanted] = useState("");
  const matches = fields.filter(({ name, label }) => `${label ?? ""} ${name}`.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <Disclosure summary={<span className="text-ink-2">{plural(fields.length, "more field")}</span>} open={open}>
      <div className="flex flex-col gap-4 pt-2">
        {fields.length > 8 && (
          <span className="relative block">
            <Icon of={Search} size={14} className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
            <Input
              type="search"
              aria-label="Find a field"
              placeholder="Find a field"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              className="pl-8"
            />
          </span>
        )}
        {matches.map(draw)}
        {matches.length === 0 && <p className="text-ink-2">No field is called '{wanted}'.</p>}
      </div>
    </Disclosure>
  );
}

const usualFew = 6;
/** Controls that hold most of what a person wants of an operation. */
const alwaysShown: ReadonlySet<string> = new Set(["customFields", "filters", "order"]);

/** How a request is sent rather than what: parameters and headers that a person names, and a switch. */
const isSeldom = ({ control, schema, text, in: where }: Fields[number]): boolean =>
  (control === "json" && text === undefined && schema.type === "object" && schema.properties === undefined && where !== "body") ||
  (control === "checkbox" && where === "setting");

/** The fields in sight: what is required or filled in, what the catalog's example has, and at least some. */
function firstNames({ inputs, example, pages }: CatalogEntry, values: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const sample = isObject(example) && isObject(example["input"]) ? Object.keys(example["input"]) : [];
  const asked = inputs.filter(({ fill }) => fill === undefined);
  const first = asked.filter(
    ({ name, required, control }) =>
      required === true || (control !== undefined && alwaysShown.has(control)) || sample.includes(name) || values[name] !== undefined,
  );
  const usual = asked.filter((field) => !pages.includes(field.name) && !isSeldom(field));
  const few = usual.length <= usualFew ? [...first, ...usual] : first.length < 3 ? [...first, ...usual.slice(0, usualFew)] : first;
  return new Set(few.map(({ name }) => name));
}
