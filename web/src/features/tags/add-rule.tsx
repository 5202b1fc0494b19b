import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TagList } from "#api/schemas.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { tagRulesQuery } from "../../lib/queries.ts";

interface AddRuleProps {
  list: TagList;
  open: boolean;
  onClose: () => void;
}

/** A rule by which tags are cleaned. */
export function AddRule({ list, open, onClose }: AddRuleProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add a cleaning rule"
      about="It reads all tags anew when its time comes, and reports what it cleaned and what it left."
    >
      {open && <Form list={list} onClose={onClose} />}
    </Dialog>
  );
}

const numberIn = (text: string): number | null => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : null);

function Form({ list, onClose }: Omit<AddRuleProps, "open">) {
  const kinds = list.kinds.filter(({ readOnly }) => readOnly === null);
  const [title, setTitle] = useState("Unused tags");
  const [deed, setDeed] = useState<"archive" | "delete">("archive");
  const [kind, setKind] = useState(kinds[0]?.id ?? "");
  const [unused, setUnused] = useState("90");
  const [names, setNames] = useState("");
  const [every, setEvery] = useState("7");
  const cache = useQueryClient();
  const patterns = names.split(/[\n,]/).flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const everyDays = numberIn(every);
  const unusedDays = numberIn(unused);
  const add = useMutation({
    mutationFn: () => api.tags.addRule({ body: { kind, title, deed, unusedDays, names: patterns, everyDays: everyDays ?? 0 } }),
    meta: { quiet: true },
    onSuccess: onClose,
    onSettled: () => cache.invalidateQueries({ queryKey: tagRulesQuery().queryKey }),
  });
  const isRight =
    title.trim() !== "" && everyDays !== null && everyDays > 0 && (unused.trim() === "" ? patterns.length > 0 : unusedDays !== null);
  return (
    <DialogForm
      error={add.error}
      action="Add cleaning rule"
      ready={isRight}
      busy={add.isPending}
      onCancel={onClose}
      onSubmit={() => add.mutate()}
    >
      <Field label="Title">
        {(ids) => <Input {...ids} value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      {kinds.length > 1 && (
        <Field label="Tags">
          {(ids) => (
            <Select {...ids} value={kind} onChange={(event) => setKind(event.target.value)}>
              {kinds.map(({ id, title: name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Field
        label="Unused for days"
        hint="Counted from when Millrace first found that nothing carries it. Leave it empty to go by the name alone."
      >
        {(ids) => <Input {...ids} inputMode="numeric" value={unused} onChange={(event) => setUnused(event.target.value)} />}
      </Field>
      <Field label="Names" hint="One in a line; * stands for anything, such as test*. Empty means all tags.">
        {(ids) => <Textarea {...ids} value={names} onChange={(event) => setNames(event.target.value)} />}
      </Field>
      <Field label="What to do" hint={deed === "archive" ? "They can come back at any time." : "They can come back for 90 days."}>
        {(ids) => (
          <Select {...ids} value={deed} onChange={(event) => setDeed(event.target.value as "archive" | "delete")}>
            <option value="archive">Archive them</option>
            <option value="delete">Delete them</option>
          </Select>
        )}
      </Field>
      <Field label="Every so many days">
        {(ids) => <Input {...ids} inputMode="numeric" value={every} onChange={(event) => setEvery(event.target.value)} />}
      </Field>
    </DialogForm>
  );
}
