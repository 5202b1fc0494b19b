import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { MappingDetail, MappingTemplate, MappingView } from "#api/schemas.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { TemplateText } from "../../components/template-text.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Select } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { mappingsOfQuery } from "../../lib/queries.ts";
import { shortName } from "#kernel/short-name.ts";
import { useFieldLabels } from "./field-labels.ts";
import { savedWords, shownText, type Fields } from "./mapping-fields.ts";

interface SaveAsMappingProps {
  open: boolean;
  onClose: () => void;
  /** The operation of the step. */
  app: string;
  operation: string;
  /** What the step is filled with. */
  input: Fields;
  /** Called once it is saved. */
  onSaved?: (mapping: MappingDetail) => void;
}

/** Saves what a step is filled with as a mapping template: a new one, or the next version of one that is there. */
export function SaveAsMapping({ open, onClose, ...rest }: SaveAsMappingProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Save as a mapping template"
      about="Other steps can be filled with it, in any flow of this workspace."
    >
      {open && <Form onClose={onClose} {...rest} />}
    </Dialog>
  );
}

function Form({ app, operation, input, onClose, onSaved }: Omit<SaveAsMappingProps, "open">) {
  const names = Object.keys(input);
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(names));
  const [replaced, setReplaced] = useState("");
  const there = useQuery(mappingsOfQuery(app, operation)).data ?? [];
  const labelOf = useFieldLabels(app, operation);
  const target = there.find(({ name }) => name === replaced);
  const save = useSave(target, (mapping) => {
    onSaved?.(mapping);
    onClose();
  });
  const submit = () =>
    save.mutate({
      title: target?.title ?? title.trim(),
      ...(target?.description != null && { description: target.description }),
      app,
      operation,
      input: Object.fromEntries(names.filter((name) => chosen.has(name)).map((name) => [name, input[name]])) as MappingTemplate["input"],
    });
  const ready = chosen.size > 0 && (target !== undefined || title.trim() !== "");
  return (
    <DialogForm error={save.error} action="Save mapping" ready={ready} busy={save.isPending} onCancel={onClose} onSubmit={() => submit()}>
      {there.length > 0 && (
        <Field label="Save it as">
          {(ids) => (
            <Select {...ids} value={replaced} onChange={(event) => setReplaced(event.target.value)}>
              <option value="">A new mapping template</option>
              {there.map(({ name, title: one, version }) => (
                <option key={name} value={name}>
                  The next version of {one} (now v{version})
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {!target && (
        <Field label="Title">
          {(ids) => (
            <Input
              {...ids}
              value={title}
              maxLength={120}
              placeholder="Survey answer to contact"
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Field>
      )}
      <FieldTicks input={input} labelOf={labelOf} chosen={chosen} onChange={setChosen} />
    </DialogForm>
  );
}

/** Saves a new mapping template, or the next version of `target`. */
function useSave(target: MappingView | undefined, onDone: (mapping: MappingDetail) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: MappingTemplate) =>
      api.mappings.put({ name: target?.name ?? shortName(body.title, "mapping"), query: { replaces: target?.version ?? 0 }, body }),
    meta: { quiet: true },
    onSuccess: async (mapping) => {
      await cache.invalidateQueries({ queryKey: ["mappings"] });
      toast.success(target ? savedWords(mapping, target.version) : `${mapping.title} is there for all flows`);
      onDone(mapping);
    },
  });
}

interface FieldTicksProps {
  input: Fields;
  labelOf: (name: string) => string;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

function FieldTicks({ input, labelOf, chosen, onChange }: FieldTicksProps) {
  const names = Object.keys(input);
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">Fields</legend>
      <ul className="divide-y divide-line rounded-md border border-line">
        {names.map((name) => (
          <li key={name}>
            <label className="flex min-h-9 items-center gap-2.5 px-3 py-1.5">
              <Checkbox
                label={labelOf(name)}
                checked={chosen.has(name)}
                onChange={(on) => onChange(new Set(on ? [...chosen, name] : [...chosen].filter((one) => one !== name)))}
              />
              <span className="w-1/3 shrink-0 truncate">{labelOf(name)}</span>
              <span className="min-w-0 flex-1 truncate text-ink-2">
                <TemplateText template={shownText(input[name])} />
              </span>
            </label>
          </li>
        ))}
      </ul>
      {names.length === 0 && <p className="text-ink-2">This step fills no field yet.</p>}
    </fieldset>
  );
}
