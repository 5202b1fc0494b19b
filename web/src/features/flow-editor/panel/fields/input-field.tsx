import { type ReactNode, useEffect, useRef, useState } from "react";
import { isTemplate } from "#engine/mapping/is-template.ts";
import type { InputField as CatalogField } from "#catalog/types.ts";
import { NoNames } from "../../../../components/no-names.tsx";
import { UnknownName } from "../../../../components/unknown-name.tsx";
import { type ControlIds, Field } from "../../../../components/ui/field.tsx";
import { EmptyThis, Emptied } from "../../../../components/operation-form/emptied.tsx";
import { controlFor } from "../../../../components/operation-form/controls.tsx";
import { controlOf } from "../../../../components/operation-form/schema-words.ts";
import { emptied, isEmptied } from "../../../../lib/emptied.ts";
import { enter, firstControl } from "../../../../lib/focus.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { usePlaceData } from "../place-data.tsx";
import { FilterRows } from "../../searches/filter-rows.tsx";
import { readFilters } from "../../searches/filters.ts";
import { readOrder } from "../../searches/order.ts";
import { OrderRows } from "../../searches/order-rows.tsx";
import { choiceOf, type NamedChoice } from "../../../../lib/named-choices.ts";
import { DateBox, isChosenDate, isUsuallyData } from "./date-box.tsx";
import type { InputFieldProps } from "./input-props.ts";
import { FixedField } from "./fixed-field.tsx";
import { NameBox } from "./name-box.tsx";
import { PairsField } from "./pairs-field.tsx";
import { areRecords, isRecord, isRecordList, Record, RecordList } from "./records.tsx";
import { Titled } from "./titled.tsx";
import { isId, isNamed, useLookup, useSuggestions } from "./use-choices.ts";
import { RowField, ValueField } from "./value-field.tsx";

/** How one field of an operation is filled in: by its own control, or by data of earlier steps. */
export function InputField({ fixed = false, ...props }: InputFieldProps) {
  const { field, value, onChange } = props;
  const kind = controlOf(field);
  const isDate = kind === "date";
  const isUnshown = isData(value, field, kind);
  const [asData, setAsData] = useState(() =>
    isDate && value === undefined && props.bare !== true ? isUsuallyData(field.schema) : isUnshown,
  );
  const box = useRef<HTMLDivElement>(null);
  const turned = useRef(false);
  const byData = asData || isUnshown;
  // The button that turned it is gone with the control that it turned: the focus goes to the other.
  useEffect(() => {
    if (!turned.current) return;
    turned.current = false;
    enter(firstControl(box.current));
  }, [byData]);
  const chooses = isNamed(field) || ["choice", "checkbox", "tags", "lookup", "date"].includes(kind);
  if (field.searches !== undefined && (kind === "filters" ? readFilters(value) : readOrder(value)) !== null)
    return <Searched {...props} kind={kind} fixed={fixed} />;
  if (isRecordList(field.schema) && areRecords(value) && kind === "json" && !asData)
    return <RecordList {...props} draw={InputField} fixed={fixed} {...(!fixed && { turn: () => setAsData(true) })} />;
  if (isRecord(field.schema) && kind === "json" && isOpen(value) && !asData) return <Record {...props} draw={InputField} fixed={fixed} />;
  if (fixed) return chooses ? <Chosen {...props} kind={kind} /> : <FixedField {...props} />;
  if (isEmptied(value)) return <ValueField {...props} />;
  if (kind === "customFields" && isOpen(value)) return <CustomFields {...props} />;
  if ((field.text === "body" || (kind === "json" && field.schema.type === "object")) && isOpen(value)) return <Members {...props} />;
  if (!chooses) return props.bare === true ? <RowField {...props} label={labelOf(field)} /> : <ValueField {...props} />;
  const turn = () => {
    turned.current = true;
    setAsData(!byData);
    onChange(undefined);
  };
  return (
    <div ref={box}>
      {byData ? (
        <>
          {props.bare === true ? <RowField {...props} label={labelOf(field)} /> : <ValueField {...props} />}
          <Turn onClick={turn}>{isDate ? "Choose a date" : "Choose it from the list"}</Turn>
        </>
      ) : (
        <Chosen {...props} kind={kind} turn={<Turn onClick={turn}>Use data</Turn>} onOther={turn} />
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

const labelOf = ({ label, name }: CatalogField): string => label ?? fieldLabel(name);

/** Whether a value comes from data, or is written in a way that its own control cannot show. */
function isData(value: unknown, { schema }: CatalogField, kind: ReturnType<typeof controlOf>): boolean {
  if (value === undefined || value === "" || isEmptied(value)) return false;
  if (kind === "date") return !isChosenDate(value, schema);
  if (kind === "choice") return !(schema.enum ?? []).includes(value as Json);
  if (kind === "checkbox") return typeof value !== "boolean";
  if (kind === "tags")
    return !Array.isArray(value) || !value.every((one) => isOffered(one, schema) || (typeof one === "string" && !isTemplate(one)));
  return hasTemplate(value);
}
const isOffered = (value: unknown, { items }: CatalogField["schema"]): boolean => items?.enum?.includes(value as Json) === true;
const hasTemplate = (value: unknown): boolean => typeof value === "string" && isTemplate(value);
/** Nothing yet, or members: what is written otherwise is shown as it is. */
const isOpen = (value: unknown): boolean => value === undefined || value === "" || isObject(value);

interface ChosenProps extends InputFieldProps {
  kind: ReturnType<typeof controlOf>;
  turn?: ReactNode;
  /** Turns to data from within the list of choices. */
  onOther?: () => void;
}

/** What is chosen rather than written. */
function Chosen(props: ChosenProps) {
  const { field, value, onChange, app, connection, values, mayEmpty, error, kind, turn, onOther, bare = false, byId = false } = props;
  const label = labelOf(field);
  const Control = controlFor(kind, field);
  return (
    <Field
      label={label}
      bare={bare}
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
          <LookedUp
            ids={ids}
            field={field}
            value={value}
            onChange={onChange}
            app={app}
            connection={connection}
            values={values}
            byId={byId}
          />
        ) : (
          <Control
            ids={ids}
            field={field}
            value={value === "" ? undefined : value}
            onChange={onChange}
            app={app}
            connection={connection}
            onOther={onOther}
          />
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
function LookedUp({ ids, field, value, onChange, app, connection, values, byId }: BoxProps & Pick<InputFieldProps, "values" | "byId">) {
  const by = byId === true ? "id" : "name";
  const { choices, busy, problem, error, enter } = useLookup(field.lookup, app, connection, values, isId(value), by);
  const [inside, setInside] = useState(false);
  const label = labelOf(field).toLowerCase();
  return (
    <div className="flex min-w-0 flex-col gap-1.5" onFocus={() => setInside(true)} onBlur={() => setInside(false)}>
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
      {!inside && (
        <UnknownName what={label} name={typeof value === "string" ? value : ""} choices={choices.length > 0 ? choices : undefined} />
      )}
      {error !== null && <NoNames error={error} connection={connection} what={label} />}
    </div>
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

/** Filters and order of a search. */
function Searched({ kind, fixed, ...props }: InputFieldProps & { kind: ReturnType<typeof controlOf> }) {
  const { field, error } = props;
  const label = labelOf(field);
  const searches = field.searches!;
  const { help: _, ...plain } = field; // it says what is so without any
  const isNarrowed = kind !== "order" && Array.isArray(props.value) && props.value.length > 0;
  return (
    <Titled label={label} field={isNarrowed ? plain : field} error={error}>
      {kind === "order" ? (
        <OrderRows {...props} label={label} searches={searches} />
      ) : (
        <FilterRows
          {...props}
          label={label}
          searches={searches}
          control={(one) => <InputField {...props} {...one} error={undefined} mayEmpty={false} fixed={fixed === true} bare byId />}
        />
      )}
    </Titled>
  );
}

/** Custom fields, each by its name. */
function CustomFields({ field, value, onChange, app, connection, values, error }: InputFieldProps) {
  const hasAny = isObject(value) && Object.keys(value).length > 0;
  const { choices, busy, problem, error: failure, enter } = useLookup(field.lookup, app, connection, values, hasAny);
  return (
    <>
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
            choices={choices.filter((choice) => choice === choiceOf(choices, name.value) || !name.used.has(choice.value))}
            onEnter={enter}
            busy={busy}
            problem={problem}
            placeholder="Choose a custom field"
          />
        )}
        valueBox={(name, member, put, label) => {
          const own = customField(name, label, choiceOf(choices, name));
          return (
            own && <InputField field={own} value={member} onChange={put} {...{ app, connection, values }} mayEmpty error={undefined} bare />
          );
        }}
        app={app}
        mayEmpty
      />
      {failure !== null && <NoNames error={failure} connection={connection} what="custom field" />}
    </>
  );
}

/** A custom field as a field with a control of its own; undefined where a text will do. */
function customField(name: string, label: string, choice: NamedChoice | undefined): CatalogField | undefined {
  const { control, options } = choice?.filled ?? {};
  const base = { name, in: "body", label } as const;
  if (control === "tags")
    return { ...base, control, schema: { type: "array", items: { type: "string", ...(options && { enum: [...options] }) } } };
  if (options !== undefined) return { ...base, control: "choice", schema: { type: "string", enum: [...options] } };
  if (control === "date") return { ...base, control, schema: { type: "string", format: "date" } };
  return undefined;
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
