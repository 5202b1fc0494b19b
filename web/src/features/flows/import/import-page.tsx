import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowImport, ImportedDraft } from "#api/schemas.ts";
import { ownFlowFile } from "#surfaces/flow-file.ts";
import { withConnectionOfApp } from "#surfaces/import-connections.ts";
import { toolNames } from "#surfaces/import-words.ts";
import { BackLabel, backLinkClass, Page } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Field, Select } from "../../../components/ui/field.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { api } from "../../../lib/api.ts";
import { connectionsQuery, flowQuery, flowsQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { plural } from "../../../lib/words.ts";
import { ReadFlow } from "./read-flow.tsx";
import { Source } from "./source.tsx";
import { texts } from "./texts.ts";

/** Drafts out of a file. A flow of Millrace is opened at once; of another tool's file it is shown first what was recognised, and what is left to do. */
export function ImportPage() {
  const importOwn = useImportOwn();
  const take = useMutation({
    mutationFn: async (text: string): Promise<FlowImport | null> => {
      const file = ownFlowFile(text);
      if (file === null) return api.flowImports.read({ body: { text } });
      await importOwn(file);
      return null;
    },
    meta: { quiet: true },
  });
  return (
    <Page
      title={texts.title}
      about={texts.about}
      back={
        <Link to="/flows" className={backLinkClass}>
          <BackLabel>Flows</BackLabel>
        </Link>
      }
    >
      {take.data ? (
        <Recognised file={take.data} onAgain={take.reset} />
      ) : (
        <Source onText={take.mutate} busy={take.isPending} problem={take.error === null ? null : messageOf(take.error)} />
      )}
    </Page>
  );
}

/** What is in the file of another tool, and the choice of what becomes of it. */
function Recognised({ file, onAgain }: { file: FlowImport; onAgain: () => void }) {
  const usable = file.flows.flatMap(({ drafts }, i) => (drafts.length > 0 ? [i] : []));
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set(usable));
  const [connections, setConnections] = useState<Readonly<Record<string, string>>>({});
  const create = useCreateDrafts();
  const drafts = file.flows.flatMap((flow, i) => (chosen.has(i) ? flow.drafts : []));
  const toggle = (i: number, on: boolean) => setChosen(new Set(on ? [...chosen, i] : [...chosen].filter((each) => each !== i)));
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <p role="status" className="text-body text-ink-2">
        {plural(file.flows.length, "flow")} of {toolNames[file.tool]}. {texts.secret}
      </p>
      <Connections drafts={drafts} value={connections} onChange={setConnections} />
      {file.flows.map((flow, i) => (
        <ReadFlow key={i} flow={flow} checked={chosen.has(i)} onChange={(on) => toggle(i, on)} open={file.flows.length === 1} />
      ))}
      {create.error !== null && <Problem>{messageOf(create.error)}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          disabled={drafts.length === 0}
          busy={create.isPending}
          onClick={() => create.mutate(drafts.map(({ definition }) => withConnectionOfApp(definition, connections)))}
        >
          {drafts.length === 1 ? "Create draft" : `Create ${plural(drafts.length, "draft")}`}
        </Button>
        <Button onClick={onAgain}>{texts.another}</Button>
      </div>
    </div>
  );
}

interface ConnectionsProps {
  drafts: readonly ImportedDraft[];
  value: Readonly<Record<string, string>>;
  onChange: (value: Readonly<Record<string, string>>) => void;
}

/** With which logins the drafts work, by app. */
function Connections({ drafts, value, onChange }: ConnectionsProps) {
  const all = useQuery(connectionsQuery()).data ?? [];
  const apps = [...new Map(drafts.flatMap(({ apps: needed }) => needed).map((each) => [each.app, each.title]))];
  if (apps.length === 0) return null;
  return (
    <section aria-label={texts.connections} className="rounded-lg border border-line bg-raised p-4">
      <h2 className="text-section font-semibold">{texts.connections}</h2>
      <p className="mb-3 text-ink-2">{texts.connectionsAbout}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        {apps.map(([app, title]) => (
          <Field key={app} label={title}>
            {(ids) => (
              <Select
                {...ids}
                className="w-full"
                value={value[app] ?? ""}
                onChange={({ target }) => {
                  const { [app]: _, ...others } = value;
                  onChange(target.value === "" ? others : { ...others, [app]: target.value });
                }}
              >
                <option value="">{texts.none}</option>
                {all
                  .filter((each) => each.app === app)
                  .map((each) => (
                    <option key={each.id} value={each.name}>
                      {each.title}
                    </option>
                  ))}
              </Select>
            )}
          </Field>
        ))}
      </div>
    </section>
  );
}

/** Makes a draft of a flow that was exported from Millrace, and opens it. */
function useImportOwn() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return async (file: Record<string, unknown>) => {
    const { flow, missing } = await api.flows.importFile({ body: { file } });
    cache.setQueryData(flowQuery(flow.id).queryKey, flow);
    void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
    const names = missing.map(({ name }) => `'${name}'`).join(", ");
    if (missing.length === 0) toast.success("Imported as a draft. Publish it to let it run");
    else toast.warning(`Imported as a draft. Choose another connection where it uses ${names}, which is not here`);
    await navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
  };
}

/** Makes the drafts, and opens the only one; of several the list is shown. */
function useCreateDrafts() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (definitions: readonly ImportedDraft["definition"][]) => {
      const made = [];
      for (const definition of definitions) made.push(await api.flows.create({ body: definition }));
      return made;
    },
    meta: { quiet: true },
    onSettled: () => void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true }),
    onSuccess: async (made) => {
      for (const flow of made) cache.setQueryData(flowQuery(flow.id).queryKey, flow);
      toast.success(`Created ${plural(made.length, "draft")}. What is left to do stands in the comments of the steps.`);
      const [only, ...others] = made;
      if (only && others.length === 0) await navigate({ to: "/flows/$flowId", params: { flowId: only.id } });
      else await navigate({ to: "/flows" });
    },
  });
}
