import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Check, CircleDashed, Download, MoreHorizontal, Play, Trash2, Zap } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView, PartImportBody, TemplateDetail } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { useMay } from "../../lib/may.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { BackLabel, Page, Section, backLinkClass } from "../../components/page.tsx";
import { Permissions } from "../../components/permissions.tsx";
import { AppsOf } from "../../components/template-card.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { WhatItDoes } from "../../components/what-it-does.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { downloadJson } from "../../lib/download.ts";
import { connectionsQuery, flowQuery, flowsQuery, templateQuery, templatesQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { shortName } from "#kernel/short-name.ts";

const route = getRouteApi("/templates/$templateId");

/** One template, before it is set up: what it will do, what it needs, what will be asked. */
export function TemplatePage() {
  const { templateId } = route.useParams();
  const query = useQuery(templateQuery(templateId));
  const template = query.data;
  return (
    <Page
      title={template?.title ?? "Template"}
      back={
        <Link to="/templates" className={backLinkClass}>
          <BackLabel>Templates</BackLabel>
        </Link>
      }
      about={template && <bdi>{template.about}</bdi>}
      actions={template && <Actions template={template} />}
    >
      <Loaded query={query} skeleton={<SkeletonCards cards={2} />}>
        {(loaded) => (
          <div className="grid grid-cols-1 gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
            <div className="flex flex-col gap-4">
              <AppsOf template={loaded} size={32} />
              <Section title="What it will do">
                <WhatItDoes starts={loaded.starts} does={loaded.does} app={loaded.apps[0]} />
              </Section>
            </div>
            <div className="flex flex-col gap-8">
              <Needs template={loaded} />
              <Asked template={loaded} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** Makes a flow of the template; `onRuleConflict` where a rule of it is there already and says something else. */
function useInstall({ id }: TemplateDetail, onRuleConflict: (problem: string) => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (existing: PartImportBody["existing"]) => api.templates.install({ id, body: { existing } }),
    meta: { quiet: true },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "CONFLICT") onRuleConflict(error.message);
      else toast.error(messageOf(error));
    },
    onSuccess: async (flow) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, flow);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      await navigate({ to: "/flows/$flowId/set-up", params: { flowId: flow.id } });
    },
  });
}

function useRemove({ id }: TemplateDetail) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.templates.remove({ id }),
    onSuccess: async () => {
      toast.success("Template deleted");
      await navigate({ to: "/templates" });
      cache.removeQueries({ queryKey: templateQuery(id).queryKey });
      await cache.invalidateQueries({ queryKey: templatesQuery().queryKey, exact: true });
    },
  });
}

function Actions({ template }: { template: TemplateDetail }) {
  const [asking, setAsking] = useState(false);
  const [ruleConflict, setRuleConflict] = useState<string | null>(null);
  const install = useInstall(template, setRuleConflict);
  const remove = useRemove(template);
  const mayWrite = useMay("flows:write");
  return (
    <>
      <May scope="flows:write">
        <Button kind="primary" icon={<Icon of={Play} size={14} />} busy={install.isPending} onClick={() => install.mutate("stop")}>
          Set up this flow
        </Button>
      </May>
      <Menu
        trigger={
          <IconButton label="More about this template">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem
          icon={Download}
          onSelect={() => downloadJson(`${shortName(template.title, "template")}.template.json`, template.definition)}
        >
          Export as a file
        </MenuItem>
        {!template.builtIn && mayWrite && (
          <MenuItem icon={Trash2} danger onSelect={() => setAsking(true)}>
            Delete template
          </MenuItem>
        )}
      </Menu>
      <Dialog
        open={ruleConflict !== null}
        onClose={() => setRuleConflict(null)}
        title="Another rule of that name is here"
        footer={
          <>
            <Button onClick={() => install.mutate("keep")}>Use what is here</Button>
            <Button kind="primary" onClick={() => install.mutate("replace")}>
              Replace with the template's
            </Button>
          </>
        }
      >
        <p className="text-ink-2">{ruleConflict} Other flows use what is here too.</p>
      </Dialog>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete this template?"
        action="Delete template"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        It is taken out of the gallery. Flows that were made from it stay as they are.
      </Confirm>
    </>
  );
}

/** The logins it needs, with the scopes to grant, and whether they are there. */
function Needs({ template: { connections, apps } }: { template: TemplateDetail }) {
  const all = useQuery(connectionsQuery()).data ?? [];
  const allApps = useApps();
  const without = apps.filter((app) => !connections.some((each) => each.app === app) && allApps.of(app)?.needsLogin === true);
  return (
    <Section title="What it needs">
      {connections.length + without.length === 0 && <p className="text-ink-2">No login at all.</p>}
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line bg-raised">
        {connections.map((each) => (
          <li key={each.name} className="flex gap-3 p-4">
            <AppMark app={each.app} />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2 font-medium">
                {each.label ?? allApps.title(each.app)}
                <Chosen
                  connection={all.find(({ app, status }) => app === each.app && status === "connected")}
                  optional={each.optional === true}
                />
              </p>
              {each.scopes.length > 0 && <Permissions scopes={each.scopes} title="Millrace will be allowed to:" />}
            </div>
          </li>
        ))}
        {without.map((app) => (
          <li key={app} className="flex items-center gap-3 p-4">
            <AppMark app={app} />
            <p className="min-w-0 flex-1 text-ink-2">
              <span className="font-medium text-ink">{allApps.title(app)}</span> sends events to an address that you get at the set-up.
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Chosen({ connection, optional }: { connection: ConnectionView | undefined; optional: boolean }) {
  if (connection === undefined)
    return (
      <span className="inline-flex items-center gap-1 font-normal text-ink-3">
        <Icon of={CircleDashed} size={14} />
        {optional ? "Only if it asks for one" : "Not connected yet"}
      </span>
    );
  return (
    <span className="inline-flex min-w-0 items-center gap-1 font-normal text-success">
      <Icon of={Check} size={14} className="shrink-0" />
      <span className="truncate">
        <bdi>{connection.title}</bdi>
      </span>
    </span>
  );
}

function Asked({ template: { choices } }: { template: TemplateDetail }) {
  if (choices.length === 0) return null;
  return (
    <Section title="What you will choose">
      <ul className="flex flex-col gap-1.5">
        {choices.map(({ name, label, required }) => (
          <li key={name} className="flex items-baseline gap-2 text-ink-2">
            <Icon of={Zap} size={12} className="relative top-0.5 shrink-0 text-ink-3" />
            <span>
              <bdi>{label}</bdi>
              {required !== true && <span className="text-ink-3">, if you like</span>}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
