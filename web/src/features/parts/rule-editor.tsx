import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { RuleDetail, RuleView } from "#api/schemas.ts";
import { ReadOnlyNotice } from "../../components/may.tsx";
import { useMay } from "../../lib/may.ts";
import { Button } from "../../components/ui/button.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api, ApiError } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { rulesQuery, ruleQuery } from "../../lib/queries.ts";
import { shortName } from "#kernel/short-name.ts";
import { ConditionRows } from "./condition-rows.tsx";
import { FormatField } from "./format-field.tsx";
import { ruleKinds } from "./kinds.ts";
import { OtherwiseChoice } from "./otherwise.tsx";
import { PartActions } from "./part-actions.tsx";
import { ruleFilter, segmentFilter, wordOf } from "./rule-call.ts";
import { draftOf, emptyDraft, missingIn, repeatedRows, ruleOf, type RuleDraft } from "./rule-draft.ts";
import { ScriptField } from "./script-field.tsx";
import { SegmentFields } from "./segment-fields.tsx";
import { TableRows } from "./table-rows.tsx";
import { TryRule } from "./try-rule.tsx";
import { RuleUse, countsWhere } from "./used-by.tsx";

type EditorProps = { saved: RuleDetail; kind?: undefined } | { kind: RuleView["kind"]; saved?: undefined };

/** A rule as a form: its rows, what happens to all other values, and beside it what it gives for a value. */
export function RuleEditor({ saved: loaded, kind }: EditorProps) {
  const [saved, setSaved] = useState<RuleDetail | undefined>(loaded);
  const [draft, setDraft] = useState<RuleDraft>(() => (loaded ? draftOf(loaded.definition) : emptyDraft(kind)));
  const change = (patch: Partial<RuleDraft>) => setDraft((old) => ({ ...old, ...patch }));
  const isDirty = !isSame(draft, saved);
  const { save, conflict, reload } = useSave(saved, draft, (rule) => {
    setSaved(rule);
    setDraft(draftOf(rule.definition));
  });
  const missing = missingIn(draft);
  const mayWrite = useMay("flows:write");
  const { title, icon: _, about } = ruleKinds[draft.kind];
  return (
    <form
      noValidate
      aria-label={saved?.title ?? `New ${title.toLowerCase()}`}
      className="flex max-w-4xl flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === null && mayWrite) save.mutate();
      }}
    >
      <ReadOnlyNotice scope="flows:write" />
      <Head draft={draft} saved={saved} about={about} change={change} onRestore={(rule) => setDraft(draftOf(rule))} />
      {draft.kind === "segment" ? <SegmentFields draft={draft} change={change} /> : <TryRule draft={draft} />}
      <fieldset disabled={!mayWrite} className="contents disabled:[&_button]:hidden">
        <Content draft={draft} change={change} />
      </fieldset>
      {save.error !== null && (
        <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md bg-failure-soft px-3 py-2">
          <span className="min-w-0 flex-1">{messageOf(save.error)}</span>
          {conflict && (
            <Button small onClick={reload}>
              Load the newest version
            </Button>
          )}
        </div>
      )}
      <div className="sticky bottom-0 z-10 -mx-2 flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line bg-canvas px-2 py-3 max-md:bottom-14">
        {mayWrite && (
          <Button kind="primary" type="submit" disabled={missing !== null || !isDirty} busy={save.isPending}>
            {`${saved ? "Save" : "Add"} ${wordOf(draft.kind)}`}
          </Button>
        )}
        {isDirty && saved && <Button onClick={() => setDraft(draftOf(saved.definition))}>Discard changes</Button>}
        <p className="min-w-0 flex-1 basis-60 text-ink-3">{isDirty && missing ? missing : saved ? countsWhere(saved) : null}</p>
      </div>
      {saved && <RuleUse rule={saved} />}
      {saved && (
        <Disclosure summary={<span className="text-ink-2">In a template</span>}>
          <CopyLine text={exampleOf(saved)} label="Copy the template" />
        </Disclosure>
      )}
      <Leaving isDirty={isDirty && !save.isPending && (saved !== undefined || missing === null)} />
    </form>
  );
}

/** How a template uses it. */
const exampleOf = ({ kind, name }: RuleDetail): string =>
  kind === "segment" ? `{{ contact | ${segmentFilter(name)} }}` : `{{ trigger.value | ${ruleFilter(name)} }}`;

const isSame = (draft: RuleDraft, saved: RuleDetail | undefined): boolean =>
  saved !== undefined && JSON.stringify(ruleOf(draft)) === JSON.stringify(ruleOf(draftOf(saved.definition)));

function useSave(saved: RuleDetail | undefined, draft: RuleDraft, onSaved: (rule: RuleDetail) => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: () =>
      api.rules.put({
        name: saved?.name ?? shortName(draft.title, wordOf(draft.kind)),
        query: { replaces: saved?.version ?? 0 },
        body: ruleOf(draft),
      }),
    meta: { quiet: true },
    onSuccess: (rule) => {
      cache.setQueryData(ruleQuery(rule.name).queryKey, rule);
      void cache.invalidateQueries({ queryKey: rulesQuery().queryKey, exact: true });
      onSaved(rule);
      toast.success(saved ? `${rule.title} is saved. ${countsWhere(rule)}` : `${rule.title} is there for all flows`);
      if (!saved) void navigate({ to: "/rules/$rule", params: { rule: rule.name }, ignoreBlocker: true });
    },
  });
  const conflict = saved !== undefined && save.error instanceof ApiError && save.error.code === "CONFLICT";
  const reload = () =>
    void cache.fetchQuery({ ...ruleQuery(saved!.name), staleTime: 0 }).then((rule) => {
      save.reset();
      onSaved(rule);
    });
  return { save, conflict, reload };
}

/** Asks before changes are left behind. */
function Leaving({ isDirty }: { isDirty: boolean }) {
  const blocker = useBlocker({ shouldBlockFn: () => isDirty, enableBeforeUnload: isDirty, withResolver: true });
  return (
    <Confirm
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      action="Leave"
      onConfirm={() => blocker.proceed?.()}
    >
      What you changed here is not saved yet.
    </Confirm>
  );
}

interface HeadProps {
  draft: RuleDraft;
  saved: RuleDetail | undefined;
  about: string;
  change: (patch: Partial<RuleDraft>) => void;
  onRestore: (rule: RuleDetail["definition"]) => void;
}

function Head({ draft, saved, about, change, onRestore }: HeadProps) {
  const mayWrite = useMay("flows:write");
  return (
    <section className="flex flex-col gap-4">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate text-section font-semibold">
            <bdi>{saved?.title ?? `New ${ruleKinds[draft.kind].title.toLowerCase()}`}</bdi>
          </h2>
          <p className="text-ink-2">{saved?.description ?? about}</p>
        </div>
        {saved && <PartActions noun="rules" part={saved} onRestore={(part) => "kind" in part && onRestore(part)} />}
      </div>
      <fieldset disabled={!mayWrite} className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="Title">
          {(ids) => (
            <Input
              {...ids}
              value={draft.title}
              maxLength={120}
              placeholder={draft.kind === "segment" ? "Unhappy promoters in Berlin" : "Score to tag"}
              onChange={(event) => change({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label="What it is for" aside={<span className="text-meta text-ink-3">optional</span>}>
          {(ids) => (
            <Input {...ids} value={draft.description} maxLength={2000} onChange={(event) => change({ description: event.target.value })} />
          )}
        </Field>
      </fieldset>
    </section>
  );
}

function Content({ draft, change }: Pick<HeadProps, "draft" | "change">) {
  if (draft.kind === "segment") return null;
  if (draft.kind === "format") return <FormatField value={draft.filters} onChange={(filters) => change({ filters })} />;
  if (draft.kind === "script")
    return (
      <ScriptField
        code={draft.code}
        isTyped={draft.isTyped}
        onChange={(code) => change({ code })}
        onTyped={(isTyped) => change({ isTyped })}
      />
    );
  return (
    <>
      {draft.kind === "table" ? (
        <>
          <TableRows rows={draft.table} repeated={repeatedRows(draft.table, draft.exact)} onChange={(table) => change({ table })} />
          <label className="flex items-center gap-2.5">
            <Checkbox label="Tell upper from lower case" checked={draft.exact} onChange={(exact) => change({ exact })} />
            Tell upper from lower case
          </label>
        </>
      ) : (
        <ConditionRows rows={draft.conditions} onChange={(conditions) => change({ conditions })} />
      )}
      <OtherwiseChoice draft={draft} change={change} />
    </>
  );
}
