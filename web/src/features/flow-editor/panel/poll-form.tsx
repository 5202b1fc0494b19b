import { useState } from "react";
import { isObject } from "#kernel/json.ts";
import { ChoiceField } from "./fields/choice-field.tsx";
import { TextField } from "./fields/text-field.tsx";

interface PollFormProps {
  values: Readonly<Record<string, unknown>>;
  onChange: (name: string, value: unknown) => void;
  errors: ReadonlyMap<string, string>;
}

type Style = "none" | "link" | "header" | "cursor" | "page" | "offset";
const styles: readonly (readonly [Style, string])[] = [
  ["none", "There is one page only"],
  ["link", "Its address is in the answer"],
  ["header", "Its address is in the Link header"],
  ["cursor", "A value of the answer names the next page"],
  ["page", "Pages are counted"],
  ["offset", "Items are counted"],
];

/** Where the items of a list at any address are, and how its next page is had. */
export function PollForm({ values, onChange, errors }: PollFormProps) {
  return (
    <>
      <TextField
        label="Where the items are"
        hint="The path in the answer, like data.items. Empty: the whole answer is the list."
        mono
        value={values["list"] === "" ? undefined : values["list"]}
        error={errors.get("list")}
        onChange={(value) => onChange("list", value ?? "")}
      />
      <TextField
        label="Id of an item"
        hint="The path within an item. Empty: id or _id."
        mono
        value={values["id"]}
        error={errors.get("id")}
        onChange={(value) => onChange("id", value)}
      />
      <TextField
        label="Time of its last change"
        hint="The path within an item, where it has one."
        mono
        value={values["changed"]}
        error={errors.get("changed")}
        onChange={(value) => onChange("changed", value)}
      />
      <PagingForm paging={values["paging"]} error={errors.get("paging")} onChange={(value) => onChange("paging", value)} />
    </>
  );
}

function PagingForm({ paging, error, onChange }: { paging: unknown; error: string | undefined; onChange: (paging: unknown) => void }) {
  const written = isObject(paging) ? paging : {};
  const { total } = written;
  const [style, setStyle] = useState<Style>(() => styleOf(written));
  const put = (next: Record<string, unknown>) => onChange({ ...next, ...(total === undefined ? {} : { total }) });
  const choose = (next: Style) => {
    setStyle(next);
    if (next === "none") onChange(undefined);
    else put(beginnings[next]);
  };
  const path = (name: string, label: string, hint: string) => (
    <TextField
      label={label}
      hint={hint}
      mono
      value={written[name]}
      onChange={(value) => put({ ...withoutTotal(written), [name]: value ?? "" })}
    />
  );
  return (
    <>
      <ChoiceField
        label="The next page"
        value={style}
        choices={styles}
        error={error}
        onChange={(value) => choose((value ?? "none") as Style)}
      />
      {style === "link" && path("link", "Path of the address", "Like links.next.")}
      {style === "cursor" && path("cursor", "Path of the value", "Like meta.next.")}
      {style === "cursor" && path("query", "Sent back as", "The name in the query, like after.")}
      {style === "page" && path("page", "Number of the page is sent as", "The name in the query, like page.")}
      {style === "offset" && path("offset", "Number of items is sent as", "The name in the query, like skip.")}
      {style !== "none" && (
        <TextField
          label="How many there are in all"
          hint="The path in the answer, where it says so."
          mono
          value={total}
          onChange={(value) => onChange(value === undefined ? withoutTotal(written) : { ...written, total: value })}
        />
      )}
    </>
  );
}

const beginnings: Record<Exclude<Style, "none">, Record<string, unknown>> = {
  link: { link: "" },
  header: { link: "header" },
  cursor: { cursor: "", query: "" },
  page: { page: "page" },
  offset: { offset: "skip" },
};

const withoutTotal = ({ total: _total, ...rest }: Record<string, unknown>): Record<string, unknown> => rest;

function styleOf(paging: Record<string, unknown>): Style {
  if (paging["link"] === "header") return "header";
  return (["link", "cursor", "page", "offset"] as const).find((name) => paging[name] !== undefined) ?? "none";
}
