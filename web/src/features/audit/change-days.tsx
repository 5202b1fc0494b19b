import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Activity,
  ArrowLeftRight,
  Bot,
  Boxes,
  Building2,
  CircleQuestionMark,
  Globe,
  History,
  KeyRound,
  LayoutTemplate,
  LogIn,
  type LucideIcon,
  Plug,
  Send,
  Shapes,
  Tag,
  User,
  UserPlus,
  MessageSquare,
  Webhook,
  Workflow,
} from "lucide-react";
import type { ChangeView } from "#api/schemas.ts";
import type { AuditedKind } from "#kernel/change-kinds.ts";
import { changedField, changeWords } from "#surfaces/change-words.ts";
import { Change } from "../../components/change.tsx";
import { IconButton } from "../../components/ui/button.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { cx } from "../../lib/cx.ts";
import { valueWords } from "../../lib/diff.ts";
import { connectionsQuery, flowsQuery } from "../../lib/queries.ts";
import { dayTitle, exactTime, timeOfDay } from "../../lib/time.ts";
import { plural } from "../../lib/words.ts";
import { type FoldedChange, foldedChanges } from "./folded.ts";

const icons: Readonly<Record<AuditedKind, LucideIcon>> = {
  flow: Workflow,
  run: Activity,
  trigger: Workflow,
  sync: ArrowLeftRight,
  connection: Plug,
  inbox: Webhook,
  template: LayoutTemplate,
  rule: Shapes,
  mapping: Shapes,
  app: Boxes,
  api_key: KeyRound,
  session: LogIn,
  private_host: Globe,
  webhook_endpoint: Send,
  embed_origin: Globe,
  connect_link: Plug,
  tag: Tag,
  tag_job: Tag,
  tag_rule: Tag,
  message_policy: MessageSquare,
  member: User,
  invitation: UserPlus,
  workspace: Building2,
  agent: Bot,
  approval: CircleQuestionMark,
};

/** Changes under the day they were made on. `onRecord`: asks for the changes of one record alone. */
export function ChangeDays({ changes, onRecord }: { changes: readonly ChangeView[]; onRecord: (id: string) => void }) {
  const days = Map.groupBy(foldedChanges(changes), ({ change }) => dayTitle(change.at, Date.now()));
  return [...days].map(([day, ofDay]) => (
    <section key={day} aria-label={day} className="mb-6">
      <h2 className="mb-1 px-2 text-meta font-medium text-ink-3">{day}</h2>
      <ul className="border-t border-line">
        {ofDay.map((folded) => (
          <ChangeLine key={folded.change.seq} folded={folded} onRecord={onRecord} />
        ))}
      </ul>
    </section>
  ));
}

const grave = new Set(["removed", "deleted", "withdrawn", "broken", "failed", "replaced", "address changed"]);

/** One change as a sentence, with the values under it. */
function ChangeLine({ folded: { change, older }, onRecord }: { folded: FoldedChange; onRecord: (id: string) => void }) {
  const { who, did, name, end, fields, version } = changeWords(change);
  return (
    <li className="group grid grid-cols-[auto_auto_minmax(0,1fr)_auto] gap-x-3 border-b border-line px-2 py-2">
      <time dateTime={new Date(change.at).toISOString()} title={exactTime(change.at)} className="text-meta leading-5 text-ink-3 tabular">
        {timeOfDay(change.at)}
      </time>
      <Icon
        of={(icons as Readonly<Record<string, LucideIcon>>)[change.kind] ?? Workflow}
        className={cx("mt-0.5", grave.has(change.what) ? "text-failure" : "text-ink-3")}
      />
      <div className="min-w-0">
        <p className="break-words text-ink-2">
          <bdi className="font-medium text-ink">{who}</bdi> {did} {name !== null && <Name change={change} name={name} />}
          {end !== "" && ` ${end}`}
          {version !== null && version > 1 && <Compare flowId={change.id} version={version} />}
        </p>
        <Fields fields={fields} />
        {older.length > 0 && <Older changes={older} one={foldedWords(change.kind)} />}
      </div>
      {change.kind !== "session" && (
        <IconButton
          small
          label={`Only changes of ${name ?? "this record"}`}
          className="-my-1 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 [@media(hover:none)]:opacity-100"
          onClick={() => onRecord(change.id)}
        >
          <Icon of={History} size={14} />
        </IconButton>
      )}
    </li>
  );
}

/** The way to what a published version changed. The first has nothing before it. */
function Compare({ flowId, version }: { flowId: string; version: number }) {
  const isThere = useQuery(flowsQuery()).data?.some(({ id }) => id === flowId) === true;
  if (!isThere) return null;
  return (
    <>
      {" · "}
      <Link
        to="/flows/$flowId"
        params={{ flowId }}
        search={{ tab: "versions", compare: version }}
        className="rounded-sm font-medium text-accent-ink hover:underline"
      >
        Compare with version {version - 1}
      </Link>
    </>
  );
}

const foldedWords = (kind: string): string => (kind === "session" ? "earlier sign-in" : kind === "run" ? "further run" : "earlier save");

/** The same before, without another change in between. `one`: what each of them is. */
function Older({ changes, one }: { changes: readonly ChangeView[]; one: string }) {
  return (
    <Disclosure summary={<span className="text-ink-3">and {plural(changes.length, one)} in a row</span>}>
      <ul className="flex flex-col gap-1.5">
        {changes.map((change) => (
          <li key={change.seq}>
            <span className="text-meta text-ink-3 tabular">{timeOfDay(change.at)}</span>
            <Fields fields={change.fields} />
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}

/** What it is called by now, as far as it is there, and the way to it. */
function Name({ change: { kind, id, what }, name }: { change: ChangeView; name: string }) {
  const flows = useQuery(flowsQuery()).data;
  const connection = useQuery(connectionsQuery()).data?.find((one) => kind === "connection" && one.id === id);
  const clothes = "font-medium text-ink underline-offset-2 hover:underline";
  if (connection !== undefined)
    return (
      <Link to="/connections" search={{ show: id }} className={clothes}>
        <bdi>{connection.title}</bdi>
      </Link>
    );
  if ((kind === "flow" || kind === "trigger") && flows?.some((flow) => flow.id === id) === true)
    return (
      <Link to="/flows/$flowId" params={{ flowId: id }} search={what === "published" ? { tab: "versions" } : {}} className={clothes}>
        <bdi>{name}</bdi>
      </Link>
    );
  if (kind === "run")
    return (
      <Link to="/runs/$runId" params={{ runId: id }} className={clothes}>
        <bdi>{name}</bdi>
      </Link>
    );
  const page = pages[kind];
  if (page === undefined || grave.has(what)) return <bdi className="font-medium text-ink">{name}</bdi>;
  return (
    <Link to={page} className={clothes}>
      <bdi>{name}</bdi>
    </Link>
  );
}

/** The page that has records of a kind. */
const pages: Readonly<Record<string, "/inboxes" | "/people" | "/rules" | "/catalog">> = {
  inbox: "/inboxes",
  member: "/people",
  invitation: "/people",
  api_key: "/people",
  rule: "/rules",
  mapping: "/rules",
  app: "/catalog",
};

function Fields({ fields }: { fields: readonly ChangeView["fields"][number][] }) {
  if (fields.length === 0) return null;
  return (
    <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      {fields.map((field) => (
        <Field key={field.field} {...field} />
      ))}
    </dl>
  );
}

function Field(change: ChangeView["fields"][number]) {
  return (
    <>
      <dt className="text-ink-3 first-letter:uppercase">{changedField(change.field)}</dt>
      <dd className="min-w-0">
        {"after" in change && change.before === null ? (
          <bdi className="break-words">{valueWords(change.after)}</bdi>
        ) : "before" in change && "after" in change ? (
          <Change before={change.before} after={change.after} />
        ) : (
          <span className="text-ink-3" title="Not stored, because it may be secret or is too long">
            changed (value not shown)
          </span>
        )}
      </dd>
    </>
  );
}
