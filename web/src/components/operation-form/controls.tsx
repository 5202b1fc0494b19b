import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type FC, useDeferredValue, useState } from "react";
import type { ControlKind, InputField, Suggest } from "#catalog/types.ts";
import { parseJson } from "#kernel/exact-json.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { Input, Select, Textarea } from "../ui/field.tsx";
import { DateInput, isCalendarDate } from "../ui/date-input.tsx";
import { Icon } from "../ui/icon.tsx";
import { SuggestBox, type Suggested } from "../ui/suggest-box.tsx";
import { Suggestions } from "../ui/suggestions.tsx";
import { UnknownName } from "../unknown-name.tsx";
import { choiceWords } from "./choice-words.ts";
import type { ControlProps } from "./control-props.ts";
import { isTicked } from "./schema-words.ts";
import { TicksControl } from "./ticks.tsx";
import { api } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { choiceLine, type NamedChoice, namedChoices } from "../../lib/named-choices.ts";

const asText = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
const orNothing = (text: string): string | undefined => (text === "" ? undefined : text);

const TextControl: FC<ControlProps> = ({ ids, value, onChange }) => (
  <Input {...ids} value={asText(value)} onChange={(event) => onChange(orNothing(event.target.value))} />
);

const LongTextControl: FC<ControlProps> = ({ ids, value, onChange }) => (
  <Textarea {...ids} value={asText(value)} onChange={(event) => onChange(orNothing(event.target.value))} />
);

/** From the calendar; what is written with an offset or by a rule stays the text that it is. */
const DateControl: FC<ControlProps> = ({ ids, field, value, onChange }) => {
  const withTime = field.schema.format === "date-time";
  const text = asText(value);
  return text === "" || isCalendarDate(text, withTime) ? (
    <DateInput ids={ids} value={text} withTime={withTime} onChange={onChange} />
  ) : (
    <Input {...ids} value={text} onChange={(event) => onChange(orNothing(event.target.value))} />
  );
};

const NumberControl: FC<ControlProps> = ({ ids, value, onChange }) => (
  <Input
    {...ids}
    type="number"
    step="any"
    value={asText(value)}
    onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.valueAsNumber)}
  />
);

const CheckboxControl: FC<ControlProps> = ({ ids, value, onChange }) => (
  <Select
    {...ids}
    value={value === undefined ? "" : String(value)}
    onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value === "true")}
  >
    <option value="">Not given</option>
    <option value="true">Yes</option>
    <option value="false">No</option>
  </Select>
);

const other = "other";

const ChoiceControl: FC<ControlProps> = ({ ids, field, value, onChange, onOther }) => {
  const choices = field.schema.enum ?? [];
  return (
    <Select
      {...ids}
      value={value === undefined ? "" : String(choices.indexOf(value as never))}
      onChange={({ target }) => {
        if (target.value === other) onOther?.();
        else onChange(target.value === "" ? undefined : choices[Number(target.value)]);
      }}
    >
      <option value="">Choose</option>
      {choices.map((choice, index) => (
        <option key={index} value={index}>
          {choiceWords(choice, field)}
        </option>
      ))}
      {onOther !== undefined && <option value={other}>Something else …</option>}
    </Select>
  );
};

/** Pasted or typed with commas, it is several. */
const splitTags = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

/** Several short texts, chosen or new: Enter or a comma adds one, backspace in the empty box takes the last away. */
const TagsControl: FC<ControlProps> = ({ ids, field, value, onChange, app, connection }) => {
  const [written, setWritten] = useState("");
  const [entered, setEntered] = useState(false);
  const [open, setOpen] = useState(false);
  const choices = useChoices(field, app, connection, entered);
  const tags = Array.isArray(value) ? value.map(String) : [];
  const put = (next: string[]) => onChange(next.length === 0 ? undefined : next);
  const add = (text: string) => {
    put([...new Set([...tags, ...splitTags(text)])]);
    setWritten("");
  };
  const wanted = written.trim().toLowerCase();
  const options = field.schema.items?.enum ?? [];
  const named =
    field.lookup === undefined
      ? options.map((option): NamedChoice => ({ value: String(option), label: String(option) }))
      : namedChoices(choices.data, field.lookup);
  const offered = named
    .filter(({ value: name, label }) => !tags.includes(name) && label.toLowerCase().includes(wanted))
    // What is typed in full is meant, not a longer name that begins with it.
    .sort((a, b) => Number(b.label.toLowerCase() === wanted) - Number(a.label.toLowerCase() === wanted));
  const isNew = wanted !== "" && !offered.some(({ label }) => label.toLowerCase() === wanted);
  const typed: NamedChoice = { value: written.trim(), label: newWords(written.trim(), named) };
  return (
    <div className="flex flex-wrap gap-1.5">
      {tags.map((tag) => (
        <span key={tag} className="inline-flex h-8 items-center gap-1 rounded-md bg-neutral-soft pr-1 pl-2">
          <bdi>{shownTag(tag, named)}</bdi>
          <button
            type="button"
            aria-label={`Remove ${tag}`}
            onClick={() => put(tags.filter((one) => one !== tag))}
            className="rounded-sm p-1 text-ink-3 hover:text-ink"
          >
            <Icon of={X} size={12} />
          </button>
        </span>
      ))}
      <div className="w-40">
        <Suggestions
          ids={ids}
          text={written}
          placeholder={named.length > 0 || field.lookup !== undefined ? "Choose" : "Add one"}
          label="Names"
          open={open}
          onOpen={setOpen}
          choices={isNew ? [typed, ...offered] : offered}
          keyOf={(one) => one.value}
          draw={(one) => <bdi className="truncate">{choiceLine(one)}</bdi>}
          onPick={(one) => add(one.value)}
          onType={(text) => (text.endsWith(",") ? add(text) : setWritten(text))}
          onFocus={() => {
            setEntered(true);
            setOpen(true);
          }}
          onBlur={() => {
            add(written);
            setOpen(false);
          }}
          onEmptyBackspace={() => tags.length > 0 && put(tags.slice(0, -1))}
        />
      </div>
    </div>
  );
};

/** The offer to take what is written although none is called that. Where each has an id, only an id can be meant. */
const newWords = (text: string, named: readonly NamedChoice[]): string =>
  named.some(({ value, label }) => value !== label) ? `None is called "${text}". Use it as an id` : `Add "${text}"`;

function shownTag(tag: string, known: readonly NamedChoice[]): string {
  const choice = known.find(({ value }) => value === tag);
  return choice === undefined ? tag : choiceLine(choice);
}

/** The id of a record, found by typing what it is called. */
const SuggestControl: FC<ControlProps> = ({ ids, field, value, onChange, app, connection }) => {
  const text = asText(value);
  const typed = useDeferredValue(text);
  const mayAsk = useMayAsk(app, connection);
  const search = useQuery({
    queryKey: ["suggestions", app, field.suggest, connection, typed],
    queryFn: () => searched(app, field.suggest!, connection, typed),
    enabled: field.suggest !== undefined && mayAsk && typed.length > 1,
    staleTime: 60_000,
    retry: false,
  });
  return (
    <SuggestBox
      ids={ids}
      text={text}
      placeholder={search.isFetching ? "Searching" : "Type a name, an e-mail address or the id"}
      label="Records of that name"
      choices={suggestions(search.data?.output, field.suggest)}
      areFound
      onChange={(next) => onChange(orNothing(next))}
    />
  );
};

const searched = (app: string, { operation, query, input }: Suggest, connection: string | null, text: string) =>
  api.operations.call({ operation: `${app}.${operation}`, body: { ...loginOf(connection), input: { ...input, [query]: text } } });

const loginOf = (connection: string | null) => (connection === null ? {} : { connection });

const suggestions = (output: unknown, suggest: Suggest | undefined): Suggested[] =>
  !Array.isArray(output) || suggest === undefined
    ? []
    : output.map((row: Record<string, unknown>) => ({
        value: asText(row[suggest.value]),
        label: suggest.label
          .map((path) => asText(row[path]))
          .filter(Boolean)
          .join(" "),
      }));

const JsonControl: FC<ControlProps> = ({ ids, value, onChange }) => {
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState(false);
  return (
    <Textarea
      {...ids}
      {...(wrong ? { "aria-invalid": true } : {})}
      value={text}
      placeholder="JSON"
      onChange={(event) => {
        setText(event.target.value);
        try {
          onChange(event.target.value.trim() === "" ? undefined : parseJson(event.target.value));
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
      className="font-mono text-meta"
    />
  );
};

/** An id or a name, chosen from those there are, which show once the box is entered. */
const LookupControl: FC<ControlProps> = ({ ids, field, value, onChange, app, connection }) => {
  const [entered, setEntered] = useState(false);
  const [inside, setInside] = useState(false);
  const choices = useChoices(field, app, connection, entered);
  const named = field.lookup === undefined ? [] : namedChoices(choices.data, field.lookup);
  return (
    <div onFocus={() => setInside(true)} onBlur={() => setInside(false)}>
      <SuggestBox
        ids={ids}
        text={asText(value)}
        placeholder={choices.isFetching ? "Looking up names" : "Name or id"}
        label="Names"
        choices={named.map((choice) => ({ value: choice.value, label: choiceLine(choice) }))}
        onFocus={() => setEntered(true)}
        opensOnFocus
        onChange={(next) => onChange(orNothing(next))}
      />
      {!inside && (
        <UnknownName
          what={(field.label ?? fieldLabel(field.name)).toLowerCase()}
          name={asText(value)}
          choices={choices.data === undefined ? undefined : named}
        />
      )}
    </div>
  );
};

/** Whether choices can be looked up: with a login, or where the app needs none. */
const useMayAsk = (app: string, connection: string | null): boolean => {
  const needsLogin = useApps().of(app)?.needsLogin ?? true;
  return connection !== null || !needsLogin;
};

/** The names that a field may have, asked for once the box is entered. */
const useChoices = ({ lookup }: InputField, app: string, connection: string | null, entered: boolean) => {
  const mayAsk = useMayAsk(app, connection);
  return useQuery({
    queryKey: ["choices", app, lookup, connection],
    queryFn: () => offered(app, lookup, connection),
    enabled: entered && lookup !== undefined && mayAsk,
    staleTime: 60_000,
    retry: false,
  });
};

/** The list that offers the names; another where the login may not read the first. */
async function offered(app: string, lookup: InputField["lookup"], connection: string | null) {
  const ask = async (operation: string): Promise<unknown> =>
    (await api.operations.call({ operation: `${app}.${operation}`, body: { ...loginOf(connection), input: lookup?.input ?? {} } })).output;
  try {
    return await ask(lookup?.operation ?? "");
  } catch (thrown) {
    if (lookup?.otherwise === undefined) throw thrown;
    return ask(lookup.otherwise);
  }
}

/** The control of a field. */
export function controlFor(kind: ControlKind, field: InputField): FC<ControlProps> {
  if (field.suggest) return SuggestControl;
  return kind === "tags" && isTicked(field) ? TicksControl : controls[kind];
}

/** One control for each kind of field. */
const controls = {
  text: TextControl,
  longtext: LongTextControl,
  number: NumberControl,
  checkbox: CheckboxControl,
  choice: ChoiceControl,
  date: DateControl,
  lookup: LookupControl,
  tags: TagsControl,
  list: JsonControl,
  customFields: JsonControl,
  filters: JsonControl,
  order: JsonControl,
  json: JsonControl,
} satisfies Record<ControlKind, FC<ControlProps>>;
