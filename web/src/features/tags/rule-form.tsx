import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TagList, TagRuleView } from "#api/schemas.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { tagRulesQuery } from "../../lib/queries.ts";

interface RuleDialogProps {
  list: TagList;
  /** The one that is changed; without it a new one is added. */
  rule?: TagRuleView;
  open: boolean;
  onClose: () => void;
}

/** A rule by which tags are cleaned. */
export function RuleDialog({ list, rule, open, onClose }: RuleDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={rule ? "Change the cleaning rule" : "Add a cleaning rule"}
      about="It reads all tags anew when its time comes, and reports what it cleaned and what it left."
    >
      {open && <Form list={list} {...(rule && { rule })} onClose={onClose} />}
    </Dialog>
  );
}

const numberIn = (text: string): number | null => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : null);

function Form({ list, rule, onClose }: Omit<RuleDialogProps, "open">) {
  const kinds = list.kinds.filter(({ readOnly }) => readOnly === null);
  const [title, setTitle] = useState(rule?.title ?? "Unused tags");
  const [deed, setDeed] = useState<"archive" | "delete">(rule?.deed ?? "archive");
  const [kind, setKind] = useState(rule?.kind ?? kinds[0]?.id ?? "");
  const [unused, setUnused] = useState(rule ? String(rule.unusedDays ?? "") : "90");
  const [names, setNames] = useState(rule?.names.join("\n") ?? "");
  const [every, setEvery] = useState(String(rule?.everyDays ?? 7));
  const cache = useQueryClient();
  const patterns = names.split(/[\n,]/).flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const everyDays = numberIn(every);
  const unusedDays = numberIn(unused);
  const save = useMutation({
    mutationFn: () => {
      const body = { title, deed, unusedDays, names: patterns, everyDays: everyDays ?? 0 };
      return rule ? api.tags.changeRule({ id: rule.id, body }) : api.tags.addRule({ body: { kind, ...body } });
    },
    meta: { quiet: true },
    onSuccess: onClose,
    onSettled: () => cache.invalidateQueries({ queryKey: tagRulesQuery().queryKey }),
  });
  const isRight =
    title.trim() !== "" && everyDays !== null && everyDays > 0 && (unused.trim() === "" ? patterns.length > 0 : unusedDays !== null);
  return (
    <DialogForm
      error={save.error}
      action={rule ? "Save cleaning rule" : "Add cleaning rule"}
      ready={isRight}
      busy={save.isPending}
      onCancel={onClose}
      onSubmit={() => save.mutate()}
    >
      <Field label="Title">
        {(ids) => <Input {...ids} value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      {kinds.length > 1 && !rule && (
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
