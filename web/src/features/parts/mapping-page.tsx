import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Popover } from "radix-ui";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail, MappingDetail, MappingTemplate } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { Section } from "../../components/page.tsx";
import { TemplateText } from "../../components/template-text.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { flowQuery, mappingQuery } from "../../lib/queries.ts";
import { useNames } from "../../lib/use-names.ts";
import { ApplyMapping } from "./apply-mapping.tsx";
import { useFieldLabels } from "./field-labels.ts";
import { type ActionStep, withInput } from "./flow-steps.ts";
import { fieldText, savedWords, shownText } from "./mapping-fields.ts";
import { PartActions } from "./part-actions.tsx";
import { mayUseRule, withRule } from "./rule-call.ts";
import { RuleChoice } from "./rule-choice.tsx";
import { StepChoice } from "./step-choice.tsx";
import { UsedBy } from "./used-by.tsx";

const route = getRouteApi("/rules/mapping/$mapping");

/** One mapping template: what it fills, which steps are filled like that, and the way to fill another. */
export function MappingPage() {
  const { mapping: name } = route.useParams();
  const query = useQuery({ ...mappingQuery(name), refetchOnWindowFocus: false });
  return (
    <Loaded query={query} skeleton={<SkeletonCards cards={2} />}>
      {(mapping) => <Mapping key={mapping.name} mapping={mapping} />}
    </Loaded>
  );
}

function Mapping({ mapping }: { mapping: MappingDetail }) {
  const [editing, setEditing] = useState<MappingTemplate | null>(null);
  const [filling, setFilling] = useState(false);
  const names = useNames();
  const { app, operation, input } = mapping.definition;
  const labelOf = useFieldLabels(app, operation);
  return (
    <article aria-label={mapping.title} className="flex max-w-4xl flex-col gap-6">
      <div className="flex flex-wrap items-start gap-3">
        <AppMark app={app} size={36} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-section font-semibold">
            <bdi>{mapping.title}</bdi>
          </h2>
          <p className="text-ink-2">
            {names.operation(app, operation)} · version {mapping.version}
            {mapping.description !== null && ` · ${mapping.description}`}
          </p>
        </div>
        <May scope="flows:write">
          <Button onClick={() => setEditing(mapping.definition)}>Edit</Button>
          <Button kind="primary" onClick={() => setFilling(true)}>
            Use in a step
          </Button>
        </May>
        <PartActions noun="mappings" part={mapping} onRestore={(part) => "input" in part && setEditing(part)} />
      </div>
      <Section title="Fields">
        <dl className="divide-y divide-line rounded-md border border-line">
          {Object.entries(input).map(([field, value]) => (
            <div key={field} className="grid grid-cols-1 gap-x-4 px-3 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
              <dt className="text-ink-2">{labelOf(field)}</dt>
              <dd className="min-w-0 break-words">
                <TemplateText template={shownText(value)} />
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <UsedBy
        flows={mapping.usedBy}
        none="No step is filled exactly like that. Steps get a copy, so one that was changed since is not listed."
      />
      {editing && <EditMapping mapping={mapping} definition={editing} onClose={() => setEditing(null)} />}
      <FillStep mapping={mapping} open={filling} onClose={() => setFilling(false)} />
    </article>
  );
}

interface EditProps {
  mapping: MappingDetail;
  definition: MappingTemplate;
  onClose: () => void;
}

/** The texts of a template. Values that are no texts are edited as JSON. */
function EditMapping({ mapping, definition, onClose }: EditProps) {
  const [title, setTitle] = useState(definition.title);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(Object.entries(definition.input).map(([name, value]) => [name, fieldText(value)])),
  );
  const labelOf = useFieldLabels(definition.app, definition.operation);
  const save = useSave(mapping, onClose);
  const submit = () => save.mutate({ ...definition, title: title.trim(), input: readTexts(definition.input, texts) });
  return (
    <Dialog
      open
      onClose={onClose}
      shape="sheet"
      title="Edit the mapping template"
      about="Steps that were filled from it keep what they have."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending} disabled={title.trim() === ""}>
            Save mapping
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        <Field label="Title">
          {(ids) => <Input {...ids} value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
        {Object.entries(texts).map(([name, text]) => (
          <MappingField
            key={name}
            label={labelOf(name)}
            text={text}
            onChange={(next) => setTexts({ ...texts, [name]: next })}
            onRemove={Object.keys(texts).length > 1 ? () => setTexts(without(texts, name)) : undefined}
          />
        ))}
        {save.error !== null && <Problem>{messageOf(save.error)}</Problem>}
      </div>
    </Dialog>
  );
}

function useSave({ name, version }: MappingDetail, onDone: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: MappingTemplate) => api.mappings.put({ name, query: { replaces: version }, body }),
    meta: { quiet: true },
    onSuccess: async (saved) => {
      cache.setQueryData(mappingQuery(saved.name).queryKey, saved);
      await cache.invalidateQueries({ queryKey: ["mappings"] });
      toast.success(savedWords(saved, version));
      onDone();
    },
  });
}

interface MappingFieldProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  onRemove: (() => void) | undefined;
}

function MappingField({ label, text, onChange, onRemove }: MappingFieldProps) {
  return (
    <Field
      label={label}
      aside={
        <span className="flex items-baseline gap-3">
          {mayUseRule(text) && <UseRule label={label} onPick={(rule) => onChange(withRule(text, rule))} />}
          {onRemove && (
            <button type="button" className={asideButton} aria-label={`Take out ${label}`} onClick={onRemove}>
              Take out
            </button>
          )}
        </span>
      }
    >
      {(ids) => (
        <Textarea
          {...ids}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          className="!min-h-9 font-mono"
          rows={Math.min(6, text.split("\n").length)}
        />
      )}
    </Field>
  );
}

const without = (texts: Readonly<Record<string, string>>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([other]) => other !== name));

const asideButton = "rounded-sm text-meta text-ink-3 transition-colors hover:text-ink";

/** Applies a rule to the one value in a field. */
function UseRule({ label, onPick }: { label: string; onPick: (rule: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" className={asideButton} aria-label={`Apply a rule to ${label}`}>
          Apply a rule
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-72 rounded-md bg-raised shadow-float animate-rise"
        >
          <RuleChoice
            value={null}
            onChange={(rule) => {
              onPick(rule);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** What was a text stays one; what was another value is read as JSON where it still is. */
function readTexts(before: MappingTemplate["input"], texts: Readonly<Record<string, string>>): MappingTemplate["input"] {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, typeof before[name] === "string" ? text : jsonOr(text)]),
  ) as MappingTemplate["input"];
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Fills a step in the draft of its flow. */
function useFill(onDone: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ flow, step, input }: { flow: FlowDetail; step: ActionStep; input: Record<string, unknown> }) => {
      const { definition } = await api.flows.get({ id: flow.id });
      return api.flows.save({ id: flow.id, body: withInput(definition, step.id, input) });
    },
    onSuccess: async (flow) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, flow);
      await Promise.all(["flows", "mappings"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
      toast.success(
        <span>
          The draft of{" "}
          <Link to="/flows/$flowId" params={{ flowId: flow.id }} className="underline">
            {flow.name}
          </Link>{" "}
          is filled. Publish it to go live.
        </span>,
      );
      onDone();
    },
  });
}

/** Chooses a step of a flow, shows what would change, and saves the flow's draft. */
function FillStep({ mapping, open, onClose }: { mapping: MappingDetail; open: boolean; onClose: () => void }) {
  const [chosen, setChosen] = useState<{ flow: FlowDetail; step: ActionStep } | null>(null);
  const [applying, setApplying] = useState(false);
  const { app, operation } = mapping.definition;
  const close = () => {
    setChosen(null);
    setApplying(false);
    onClose();
  };
  const fill = useFill(close);
  return (
    <>
      <Dialog
        open={open && !applying}
        onClose={close}
        title="Use in a step"
        about="The step gets a copy of the template's fields, in the draft of its flow."
        footer={
          <Button kind="primary" disabled={chosen === null} onClick={() => setApplying(true)}>
            Show what changes
          </Button>
        }
      >
        <div className="pt-1">
          {open && (
            <StepChoice
              fits={(step) => step.app === app && step.operation === operation}
              none="No step of this flow uses this operation."
              onChange={setChosen}
            />
          )}
        </div>
      </Dialog>
      {chosen && (
        <ApplyMapping
          open={applying}
          onClose={close}
          app={app}
          operation={operation}
          chosen={mapping.name}
          input={chosen.step.input}
          visible={chosen.step.visible}
          busy={fill.isPending}
          onApply={(input) => fill.mutate({ ...chosen, input })}
        />
      )}
    </>
  );
}
