import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail, TemplateOffer } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { SuggestBox } from "../../components/ui/suggest-box.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { templatesQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";

interface SaveTemplateProps {
  flow: FlowDetail;
  open: boolean;
  onClose: () => void;
}

/** Makes a template of a flow: what it is called, and what is asked at its set-up. */
export function SaveTemplate({ flow, open, onClose }: SaveTemplateProps) {
  const offer = useQuery({
    queryKey: ["flows", flow.id, "template"],
    queryFn: () => api.templates.offer({ id: flow.id }),
    enabled: open,
    gcTime: 0,
  });
  return (
    <Dialog
      shape="sheet"
      open={open}
      onClose={onClose}
      title="Save as template"
      about="The draft as it is now. Connections are asked for by their app; addresses and whatever may be secret are left out."
    >
      {open && (
        <Loaded query={offer} skeleton={<SkeletonRows rows={5} />}>
          {(loaded) => <Form offer={loaded} onClose={onClose} />}
        </Loaded>
      )}
    </Dialog>
  );
}

function Form({ offer: { template, suggested }, onClose }: { offer: TemplateOffer; onClose: () => void }) {
  const [title, setTitle] = useState(template.title);
  const [about, setAbout] = useState(template.about);
  const [category, setCategory] = useState(template.category);
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set(suggested));
  const [labels, setLabels] = useState<Readonly<Record<string, string>>>({});
  const categories = [...new Set((useQuery(templatesQuery()).data ?? []).map((each) => each.category))];
  const save = useSave();
  const ready = [title, about, category].every((text) => text.trim() !== "");
  const submit = () =>
    save.mutate({
      ...template,
      title: title.trim(),
      about: about.trim(),
      category: category.trim(),
      choices: template.choices
        .filter(({ name }) => asked.has(name))
        .map((choice) => ({ ...choice, label: labels[choice.name]?.trim() || choice.label })),
    });
  return (
    <form
      noValidate
      className="flex flex-col gap-4 pt-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) submit();
      }}
    >
      <Field label="Title" required hint="When …, then …">
        {(ids) => <Input {...ids} value={title} maxLength={160} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      <Field label="What it is for" required>
        {(ids) => <Textarea {...ids} value={about} maxLength={600} onChange={(event) => setAbout(event.target.value)} />}
      </Field>
      <Field label="Category" required>
        {(ids) => (
          <SuggestBox
            ids={ids}
            text={category}
            onChange={setCategory}
            maxLength={40}
            label="Categories"
            choices={categories.map((value) => ({ value }))}
          />
        )}
      </Field>
      <Questions choices={template.choices} asked={asked} onAsked={setAsked} labels={labels} onLabels={setLabels} />
      {save.error !== null && <Problem>{messageOf(save.error)}</Problem>}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={!ready} busy={save.isPending}>
          Save template
        </Button>
      </div>
    </form>
  );
}

function useSave() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: TemplateOffer["template"]) => api.templates.create({ body }),
    meta: { quiet: true },
    onSuccess: async ({ id }) => {
      toast.success("Saved as a template");
      void cache.invalidateQueries({ queryKey: templatesQuery().queryKey, exact: true });
      await navigate({ to: "/templates/$templateId", params: { templateId: id } });
    },
  });
}

interface QuestionsProps {
  choices: TemplateOffer["template"]["choices"];
  asked: ReadonlySet<string>;
  onAsked: (asked: ReadonlySet<string>) => void;
  labels: Readonly<Record<string, string>>;
  onLabels: (labels: Readonly<Record<string, string>>) => void;
}

/** What the set-up asks, and in which words. */
function Questions({ choices, asked, onAsked, labels, onLabels }: QuestionsProps) {
  const tick = (name: string, on: boolean) => onAsked(new Set(on ? [...asked, name] : [...asked].filter((each) => each !== name)));
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium">Ask at the set-up</legend>
      <p className="mt-0.5 mb-2 text-meta text-ink-3">What is not ticked stays as it is in this flow.</p>
      {choices.length === 0 && <p className="text-ink-2">There is nothing to choose in this flow.</p>}
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {choices.map(({ name, label }) => (
          <li key={name} className="flex items-center gap-3 py-1.5">
            <Checkbox label={`Ask for ${label}`} checked={asked.has(name)} onChange={(on) => tick(name, on)} />
            {asked.has(name) ? (
              <Input
                aria-label={`What is asked for ${label}`}
                value={labels[name] ?? label}
                maxLength={80}
                onChange={(event) => onLabels({ ...labels, [name]: event.target.value })}
              />
            ) : (
              <span className="flex h-8 min-w-0 items-center truncate px-2.5 text-ink-2">
                <bdi>{label}</bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
