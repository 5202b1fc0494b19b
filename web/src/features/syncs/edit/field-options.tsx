import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Json } from "#kernel/json.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { api } from "../../../lib/api.ts";
import { MappingField } from "../../flow-editor/mapping/mapping-field.tsx";
import { conflictOptions } from "../texts.ts";
import { type BothWords, type ConflictPolicy, type FieldPair, otherSide, type Side, wayTo } from "../types.ts";
import { fieldLabelOf, keyOf, withConflict, withOptional } from "./edits.ts";
import { transformData } from "./record-data.ts";

interface FieldOptionsProps {
  syncId: string;
  open: boolean;
  onClose: () => void;
  pair: FieldPair;
  words: BothWords;
  /** Who wins everywhere else. */
  common: ConflictPolicy;
  onChange: (pair: FieldPair) => void;
}

/** What is special about one row: how its value is changed on its way, and who wins where both sides changed it. */
export function FieldOptions({ open, onClose, ...props }: FieldOptionsProps) {
  const { pair, words } = props;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      shape="sheet"
      title={fieldLabelOf(words, "a", pair.a)}
      about="How this value is changed on its way, and which one counts where both sides changed it."
      footer={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <Options {...props} />
    </Dialog>
  );
}

function Options({ syncId, pair, words, common, onChange }: Omit<FieldOptionsProps, "open" | "onClose">) {
  const options = conflictOptions(words.a, words.b);
  const examples = useExamples(syncId, keyOf(pair));
  return (
    <div className="flex flex-col gap-6 pt-1">
      {(["b", "a"] as const)
        .filter((side) => pair.way === "both" || pair.way === wayTo(side))
        .map((side) => (
          <Transform key={side} to={side} pair={pair} words={words} example={examples?.[otherSide(side)]} onChange={onChange} />
        ))}
      {pair.way === "both" && (
        <Field label="Where both sides changed it">
          {(ids) => (
            <Select
              {...ids}
              value={pair.conflict ?? ""}
              onChange={(event) =>
                onChange(withConflict(pair, event.target.value === "" ? undefined : (event.target.value as ConflictPolicy)))
              }
            >
              <option value="">As for all fields: {options.find(({ value }) => value === common)?.title.toLowerCase()}</option>
              {options.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </div>
  );
}

const asItIs = "{{ value }}";

interface TransformProps {
  /** The side that gets the value. */
  to: Side;
  pair: FieldPair;
  words: BothWords;
  example: Json | undefined;
  onChange: (pair: FieldPair) => void;
}

/** How a value is changed on its way to a side, with a value to try it with. */
function Transform({ to, pair, words, example, onChange }: TransformProps) {
  const from = otherSide(to);
  const key = wayTo(to);
  const [tried, setTried] = useState<string | null>(null);
  const value = tried ?? (typeof example === "string" || typeof example === "number" ? String(example) : "");
  const label = fieldLabelOf(words, from, pair[from]);
  const template = pair[key];
  const put = (next: unknown) =>
    onChange(withOptional(pair, key, typeof next === "string" && next.trim() !== asItIs && next.trim() !== "" ? next : undefined));
  return (
    <section aria-label={`To ${words[to].account}`} className="flex flex-col gap-3">
      <MappingField
        field={{
          name: key,
          label: `To ${words[to].account}`,
          help: "Press the value to change it: lower case, phone to international, date to …",
        }}
        value={template ?? asItIs}
        onChange={put}
        data={transformData(words[from], label, value === "" ? undefined : value)}
      />
      <Field label={`Try it with a value of ${words[from].account}`}>
        {(ids) => <Input {...ids} value={value} placeholder={label} onChange={(event) => setTried(event.target.value)} />}
      </Field>
    </section>
  );
}

/** The values of the first pair that has any, to try a change with; undefined where there is none. */
function useExamples(syncId: string, key: string): Record<Side, Json> | undefined {
  const query = useQuery({
    queryKey: ["sync-example", syncId, key],
    queryFn: async () => {
      const [first] = (await api.syncs.links({ id: syncId, query: { limit: 1 } })).links;
      if (first === undefined) return null;
      const row = (await api.syncs.link({ id: syncId, link: first.id })).values.find(({ field }) => field === key);
      return row === undefined ? null : { a: row.a as Json, b: row.b as Json };
    },
    staleTime: 60_000,
    retry: false,
  });
  return query.data ?? undefined;
}
