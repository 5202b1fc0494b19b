import { Plus, X } from "lucide-react";
import type { FC } from "react";
import type { InputField as CatalogField, JsonSchema } from "#catalog/types.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { Button, IconButton } from "../../../../components/ui/button.tsx";
import { Icon } from "../../../../components/ui/icon.tsx";
import { useNewRow } from "../../../../lib/focus.ts";
import type { InputFieldProps } from "./input-props.ts";
import { Titled } from "./titled.tsx";

/** Whether the values of a schema have members with names, and so a control for each. */
export const isRecord = ({ type, properties = {} }: JsonSchema): boolean =>
  (type === undefined || [type].flat().includes("object")) && Object.keys(properties).length > 0;

/** The same of a list. */
export const isRecordList = ({ type, items }: JsonSchema): boolean =>
  [type].flat().includes("array") && items !== undefined && isRecord(items);

/** Nothing yet, or a list of records: what is written otherwise is shown as it is. */
export const areRecords = (value: unknown): boolean =>
  value === undefined || value === "" || (Array.isArray(value) && value.every(isObject));

type Values = Readonly<{ [name: string]: unknown }>;

interface RecordProps extends InputFieldProps {
  /** Draws the control of a member: the same that draws this one. */
  draw: FC<InputFieldProps>;
}

/** A list of records: each with one control for each of its members. */
export function RecordList({ turn, ...props }: RecordProps & { turn?: () => void }) {
  const { field, value, onChange, error } = props;
  const label = field.label ?? fieldLabel(field.name);
  const records = Array.isArray(value) ? value.filter(isObject) : [];
  const { list, adding } = useNewRow<HTMLDivElement>(records.length);
  const put = (next: readonly unknown[]) => onChange(next.length === 0 ? undefined : next);
  const schema = field.schema.items ?? {};
  return (
    <Titled
      label={label}
      field={field}
      error={error}
      aside={
        turn !== undefined &&
        records.length === 0 && (
          <button
            type="button"
            onClick={turn}
            className="shrink-0 rounded-sm text-meta font-medium text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            Use data
          </button>
        )
      }
    >
      <div ref={list} role="group" aria-label={label} className="flex min-w-0 flex-col gap-2">
        {records.map((record, at) => (
          <div
            key={at}
            data-row
            role="group"
            aria-label={`${label}, ${at + 1}`}
            className="flex items-start gap-1 rounded-md border border-line p-2.5"
          >
            <div className="flex min-w-0 flex-1 flex-col gap-3">
              <Members {...props} schema={schema} members={record} onChange={(next) => put(records.with(at, next))} />
            </div>
            <IconButton small label={`Remove ${at + 1} of ${label}`} onClick={() => put(records.toSpliced(at, 1))}>
              <Icon of={X} size={14} />
            </IconButton>
          </div>
        ))}
        <div>
          <Button
            small
            kind="quiet"
            icon={<Icon of={Plus} size={12} />}
            onClick={() => {
              adding();
              put([...records, {}]);
            }}
          >
            {records.length === 0 ? "Add one" : "Add another"}
          </Button>
        </div>
      </div>
    </Titled>
  );
}

/** One record, by its members. */
export function Record(props: RecordProps) {
  const { field, value, onChange, error } = props;
  const label = field.label ?? fieldLabel(field.name);
  const members = isObject(value) ? value : {};
  return (
    <Titled label={label} field={field} error={error}>
      <div role="group" aria-label={label} className="flex min-w-0 flex-col gap-3 border-l-2 border-line pl-3">
        <Members
          {...props}
          schema={field.schema}
          members={members}
          onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
        />
      </div>
    </Titled>
  );
}

interface MembersProps extends Omit<RecordProps, "onChange"> {
  schema: JsonSchema;
  members: Values;
  onChange: (members: Values) => void;
}

/** A control for each member of the schema, and for what is written beside them. */
function Members({ schema, members, onChange, draw: Draw, ...rest }: MembersProps) {
  const { properties = {}, required = [] } = schema;
  const names = [...Object.keys(properties), ...Object.keys(members).filter((name) => !Object.hasOwn(properties, name))];
  const put = (name: string, value: unknown) => {
    const { [name]: _, ...others } = members;
    onChange(value === undefined ? others : { ...members, [name]: value });
  };
  return names.map((name) => (
    <Draw
      key={name}
      {...rest}
      field={memberField(name, properties[name], required.includes(name))}
      value={members[name]}
      onChange={(value) => put(name, value)}
      values={members}
      mayEmpty={false}
      error={undefined}
    />
  ));
}

const memberField = (name: string, schema: JsonSchema | undefined, required: boolean): CatalogField => ({
  name,
  in: "body",
  label: fieldLabel(name),
  schema: schema ?? {},
  ...(required && { required }),
});
