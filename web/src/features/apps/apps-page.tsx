import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Blocks, ChevronRight, FileUp, type LucideIcon, PencilLine, Plus, SquareTerminal } from "lucide-react";
import type { AppView, ConnectionView, FlowView } from "#api/schemas.ts";
import { AppMark, AppMarkPicture, markOf } from "../../components/app-mark.tsx";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { appsQuery, connectionsQuery, flowsQuery } from "../../lib/queries.ts";
import { listed, plural } from "../../lib/words.ts";
import type { KeptEdits } from "./definition/kept-edits.ts";
import { operationsOf, triggersOf } from "./definition/types.ts";
import type { NewAppSearch } from "./search.ts";
import { useKeptEdits } from "./use-kept-edits.ts";

/** The apps that the workspace defined itself, and the ways to add one. */
export function AppsPage() {
  const query = useQuery(appsQuery());
  return (
    <Page
      title="Your apps"
      about="Apps that do not come with Millrace. You describe what they can do once; then flows use them like any other."
      actions={query.data?.apps.some(({ builtIn }) => !builtIn) && <AddApp />}
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
        {({ apps }) => <Lists own={apps.filter(({ builtIn }) => !builtIn)} />}
      </Loaded>
    </Page>
  );
}

function AddApp() {
  return (
    <May scope="catalog:write">
      <Button asChild kind="primary">
        <Link to="/apps/new">
          <Icon of={Plus} size={14} />
          Add an app
        </Link>
      </Button>
    </May>
  );
}

function Lists({ own }: { own: readonly AppView[] }) {
  const keeper = useKeptEdits();
  const connections = useQuery(connectionsQuery()).data;
  const flows = useQuery(flowsQuery()).data;
  const kept = new Map(keeper?.all());
  const unsaved = [...kept].filter(([id]) => !own.some((app) => app.id === id));
  if (own.length === 0 && unsaved.length === 0) return <FirstApp />;
  return (
    <div className="flex flex-col gap-6">
      <ul className="flex flex-col">
        {unsaved.map(([id, draft]) => (
          <li key={id}>
            <UnsavedApp id={id} draft={draft} />
          </li>
        ))}
        {own.map((app) => (
          <li key={app.id}>
            <OwnApp app={app} isChanged={kept.has(app.id)} use={usesOf(app, connections, flows)} />
          </li>
        ))}
      </ul>
      {own.length === 0 && (
        <div>
          <AddApp />
        </div>
      )}
    </div>
  );
}

/** How many connections and flows use an app, in words; nothing until that is known. */
function usesOf(app: AppView, connections: readonly ConnectionView[] | undefined, flows: readonly FlowView[] | undefined): string {
  if (connections === undefined || flows === undefined) return "";
  const own = connections.filter((one) => one.app === app.id);
  const used = new Set([
    ...own.flatMap(({ usedBy }) => usedBy.flows.map(({ id }) => id)),
    ...flows.filter(({ trigger }) => trigger.app === app.id).map(({ id }) => id),
  ]);
  return `${own.length === 0 ? "not connected" : plural(own.length, "connection")} · ${used.size === 0 ? "no flow" : plural(used.size, "flow")}`;
}

const line = "flex min-h-14 items-center gap-3 border-b border-line px-2 py-2 transition-colors -outline-offset-1 hover:bg-hover";

function OwnApp({ app, isChanged, use }: { app: AppView; isChanged: boolean; use: string }) {
  return (
    <Link to="/apps/$app" params={{ app: app.id }} data-row className={line}>
      <AppMark app={app.id} size={32} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <bdi className="truncate font-medium">{app.title}</bdi>
          {isChanged && <span className="shrink-0 rounded-sm bg-waiting-soft px-1.5 text-meta">Unsaved changes</span>}
        </span>
        <span className="block truncate text-meta text-ink-3">
          {listed([plural(app.operations, "operation"), plural(app.triggers, "trigger")])}
          {use !== "" && ` · ${use}`}
        </span>
      </span>
      <Icon of={ChevronRight} size={15} className="shrink-0 text-ink-3" />
    </Link>
  );
}

/** A draft that only this browser has. */
function UnsavedApp({ id, draft: { definition } }: { id: string; draft: KeptEdits }) {
  return (
    <Link to="/apps/$app" params={{ app: id }} data-row className={line}>
      <AppMarkPicture {...markOf(id, definition)} size={32} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <bdi className="truncate font-medium">{definition.title}</bdi>
          <span className="shrink-0 rounded-sm bg-neutral-soft px-1.5 text-meta">Draft, only in this browser</span>
        </span>
        <span className="block truncate text-meta text-ink-3">
          {listed([plural(operationsOf(definition).length, "operation"), plural(triggersOf(definition).length, "trigger")])}
        </span>
      </span>
      <Icon of={ChevronRight} size={15} className="shrink-0 text-ink-3" />
    </Link>
  );
}

const ways = [
  {
    by: "request",
    icon: SquareTerminal,
    title: "Paste a request",
    about: "A curl command from the app's documentation, or what your browser recorded (a HAR file). The fastest way for a few operations.",
  },
  {
    by: "document",
    icon: FileUp,
    title: "Import a document",
    about:
      "An OpenAPI or Swagger document, as a file or by its address: you tick the operations you want. Or an app that was exported as a file.",
  },
  { by: "hand", icon: PencilLine, title: "By hand", about: "You fill in the address, the login and each operation in a form." },
] as const satisfies readonly { by: NewAppSearch["by"]; icon: LucideIcon; title: string; about: string }[];

/** The three ways to make an app. */
export function Ways() {
  return (
    <ul className="grid grid-cols-1 gap-3 md:grid-cols-3">
      {ways.map(({ by, icon, title, about }) => (
        <li key={by}>
          <Link
            to="/apps/new"
            search={{ by }}
            className="flex h-full flex-col gap-1.5 rounded-lg border border-line bg-raised p-4 transition-colors hover:border-line-strong hover:bg-hover"
          >
            <span className="flex items-center gap-2 font-semibold">
              <Icon of={icon} size={16} className="text-ink-3" />
              {title}
            </span>
            <span className="text-ink-2">{about}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function FirstApp() {
  return (
    <div className="flex flex-col gap-4 py-6">
      <p className="flex items-center gap-2 text-body text-ink-2">
        <Icon of={Blocks} size={18} className="text-ink-3" />
        No app of your own yet. Choose how to describe the first one.
      </p>
      <May scope="catalog:write" otherwise={<p className="text-ink-3">An owner or a builder can add one.</p>}>
        <Ways />
      </May>
    </div>
  );
}
