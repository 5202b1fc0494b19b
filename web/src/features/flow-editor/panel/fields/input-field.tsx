import { type ReactNode, useEffect, useRef, useState } from "react";
import { isTemplate } from "#engine/mapping/is-template.ts";
import type { InputField as CatalogField } from "#catalog/types.ts";
import { type ControlIds, Field } from "../../../../components/ui/field.tsx";
import { EmptyThis, Emptied } from "../../../../components/operation-form/emptied.tsx";
import { controlFor } from "../../../../components/operation-form/controls.tsx";
import { controlOf } from "../../../../components/operation-form/schema-words.ts";
import { emptied, isEmptied } from "../../../../lib/emptied.ts";
import { enter, firstControl } from "../../../../lib/focus.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { usePlaceData } from "../place-data.tsx";
import { DateBox, isChosenDate, isUsuallyData } from "./date-box.tsx";
import { FixedField } from "./fixed-field.tsx";
import { NameBox } from "./name-box.tsx";
import { PairsField } from "./pairs-field.tsx";
import { isNamed, useLookup, useSuggestions } from "./use-choices.ts";
import { ValueField } from "./value-field.tsx";

export interface InputFieldProps {
  field: CatalogField;
  value: unknown;
  onChange: (value: unknown) => void;
  app: string;
  connection: string | null;
  /** The values of all fields: what can be chosen may depend on another. */
  values: Readonly<Record<string, unknown>>;
  mayEmpty: boolean;
  error: string | undefined;
  /** There is no event yet that a template could read: only what is chosen or typed. */
  fixed?: boolean;
}

/** How one field of an operation is filled in: by its own control, or by data of earlier steps. */
export function InputField({ fixed = false, ...props }: InputFieldProps) {
  const { field, value, onChange } = props;
  const kind = controlOf(field);
  const isDate = kind === "date";
  const [asData, setAsData] = useState(() => (isDate && value === undefined ? isUsuallyData(field.schema) : isData(value, field, isDate)));
  const box = useRef<HTMLDivElement>(null);
  const turned = useRef(false);
  const byData = asData || isData(value, field, isDate);
  // The button that turned it is gone with the control that it turned: the focus goes to the other.
  useEffect(() => {
    if (!turned.current) return;
    turned.current = false;
    enter(firstControl(box.current));
  }, [byData]);
  const chooses = isNamed(field) || ["choice", "checkbox", "tags", "lookup", "date"].includes(kind);
  if (fixed) return chooses ? <Chosen {...props} kind={kind} /> : <FixedField {...props} />;
  if (isEmptied(value)) return <ValueField {...props} />;
  if (kind === "customFields" && isOpen(value)) return <CustomFields {...props} />;
  if ((field.text === "body" || kind === "json") && isOpen(value)) return <Members {...props} />;
  if (!chooses) return <ValueField {...props} />;
  const turn = () => {
    turned.current = true;
    setAsData(!byData);
    onChange(undefined);
  };
  return (
    <div ref={box}>
      {byData ? (
        <>
          <ValueField {...props} />
          <Turn onClick={turn}>{isDate ? "Choose a date" : "Choose it from the list"}</Turn>
        </>
      ) : (
        <Chosen {...props} kind={kind} turn={<Turn onClick={turn}>Use data</Turn>} />
      )}
    </div>
  );
}

function Turn({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="shrink-0 rounded-sm text-meta font-medium text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      {children}
    </button>
  );
}

/** Whether a value comes from data, or is written in a way that its own control cannot show. */
const isData = (value: unknown, { schema }: CatalogField, isDate: boolean): boolean =>
  isDate ? !isEmptied(value) && !isChosenDate(value, schema) : hasTemplate(value);
const hasTemplate = (value: unknown): boolean => typeof value === "string" && isTemplate(value);
/** Nothing yet, or members: what is written otherwise is shown as it is. */
const isOpen = (value: unknown): boolean => value === undefined || value === "" || isObject(value);

interface ChosenProps extends InputFieldProps {
  kind: ReturnType<typeof controlOf>;
  turn?: ReactNode;
}

/** What is chosen rather than written. */
function Chosen({ field, value, onChange, app, connection, values, mayEmpty, error, kind, turn }: ChosenProps) {
  const label = field.label ?? fieldLabel(field.name);
  const Control = controlFor(kind, field);
  return (
    <Field
      label={label}
      required={field.required === true}
      hint={kind === "date" && turn !== undefined ? undefined : field.help}
      error={error}
      aside={
        <span className="flex items-baseline gap-2 text-meta text-ink-3">
          {turn}
          {mayEmpty && <EmptyThis label={label} onEmpty={() => onChange(emptied)} />}
        </span>
      }
    >
      {(ids) =>
        isEmptied(value) ? (
          <Emptied ids={ids} label={label} app={app} onKeep={() => onChange(undefined)} />
        ) : kind === "date" && turn !== undefined ? (
          <DatedField ids={ids} label={label} field={field} value={value} onChange={onChange} />
        ) : field.suggest !== undefined ? (
          <Suggested ids={ids} field={field} value={value} onChange={onChange} app={app} connection={connection} />
        ) : field.lookup !== undefined && kind !== "tags" ? (
          <LookedUp ids={ids} field={field} value={value} onChange={onChange} app={app} connection={connection} values={values} />
        ) : (
          <Control ids={ids} field={field} value={value === "" ? undefined : value} onChange={onChange} app={app} connection={connection} />
        )
      }
    </Field>
  );
}

/** Counted from now, or of the calendar in the zone of the flow. */
const DatedField = ({ field, ...rest }: { ids: ControlIds; label: string } & Pick<InputFieldProps, "field" | "value" | "onChange">) => (
  <DateBox {...rest} schema={field.schema} zone={usePlaceData().zone} />
);

type BoxProps = Pick<InputFieldProps, "field" | "value" | "onChange" | "app" | "connection"> & {
  ids: Parameters<typeof NameBox>[0]["ids"];
};

/** By its name, from a list. */
function LookedUp({ ids, field, value, onChange, app, connection, values }: BoxProps & Pick<InputFieldProps, "values">) {
  const { choices, busy, problem, enter } = useLookup(field.lookup, app, connection, values, value);
  const label = (field.label ?? fieldLabel(field.name)).toLowerCase();
  return (
    <NameBox
      ids={ids}
      value={typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)}
      onChange={onChange}
      choices={choices}
      onEnter={enter}
      busy={busy}
      problem={problem}
      placeholder={`Choose the ${label}`}
    />
  );
}

/** A record, found by typing what it is called. */
function Suggested({ ids, field, value, onChange, app, connection }: BoxProps) {
  const [typed, setTyped] = useState("");
  const shown = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  const { choices, busy, problem } = useSuggestions(field.suggest, app, connection, typed, shown);
  return (
    <NameBox
      ids={ids}
      value={shown}
      onChange={onChange}
      choices={choices}
      onType={setTyped}
      busy={busy && typed.length > 1}
      problem={typed.trim().length < 2 ? "Type a name, an e-mail address or the id." : problem}
      placeholder="Type a name, an e-mail address or the id"
    />
  );
}

/** Custom fields, each by its name. */
function CustomFields({ field, value, onChange, app, connection, values, error }: InputFieldProps) {
  const { choices, busy, problem, enter } = useLookup(
    field.lookup && { ...field.lookup, value: "name" },
    app,
    connection,
    values,
    undefined,
  );
  return (
    <PairsField
      label={field.label ?? "Custom fields"}
      hint={field.help}
      error={error}
      required={field.required === true}
      value={value}
      onChange={onChange}
      addLabel="Add a custom field"
      nameBox={(name) => (
        <NameBox
          ids={{ id: name.id, "aria-label": "Custom field" }}
          value={name.value}
          onChange={(next) => name.onChange(next ?? "")}
          choices={choices.filter((choice) => choice.value === name.value || !name.used.has(choice.value))}
          onEnter={enter}
          busy={busy}
          problem={problem}
          placeholder="Choose a custom field"
        />
      )}
      app={app}
      mayEmpty
    />
  );
}

/** Members that a person names: the body of a request, headers. Nothing yet begins as rows, since that is what is nearly always wanted. */
function Members({ value, ...rest }: InputFieldProps) {
  const [asText, setAsText] = useState(false);
  const shown = isObject(value) ? value : asText ? undefined : {};
  return (
    <ValueField
      {...rest}
      value={shown}
      onChange={(next) => {
        if (next === undefined) setAsText(true);
        rest.onChange(isObject(next) && Object.keys(next).length === 0 ? undefined : next);
      }}
    />
  );
}
