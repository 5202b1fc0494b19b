import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ApprovalView, ConnectionView, FlowDetail, FlowPartView } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { oneLine } from "#kernel/one-line.ts";
import { FieldChanges } from "../../components/change.tsx";
import { ChangeList } from "../../components/change-list.tsx";
import { Section } from "../../components/page.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { CallEffects } from "../../components/try-it/call-result.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api, type CallReply } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { comparisonQuery, connectionsQuery, flowPartsQuery, flowQuery, lintQuery, operationQuery, runQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { plural } from "../../lib/words.ts";

type Deed = ApprovalView["deed"];
type DeedOf<K extends Deed["kind"]> = Extract<Deed, { kind: K }>;

/** What would happen, in words: the same as where a person does it themselves. `isOver`: it was decided, so nothing is looked up. */
export function DeedView({ deed, isOver }: { deed: Deed; isOver: boolean }) {
  switch (deed.kind) {
    case "publish":
      return <PublishView deed={deed} isOver={isOver} />;
    case "switch_on":
      return <SwitchOnView id={deed.flow} isOver={isOver} />;
    case "replay":
      return <ReplayView deed={deed} />;
    case "call":
      return <CallView deed={deed} isOver={isOver} />;
  }
}

function FlowLink({ id }: { id: string }) {
  return (
    <p>
      <Button asChild>
        <Link to="/flows/$flowId" params={{ flowId: id }}>
          Open the flow
        </Link>
      </Button>
    </p>
  );
}

function SwitchOnView({ id, isOver }: { id: string; isOver: boolean }) {
  return (
    <>
      {!isOver && (
        <Section title="What it does">
          <Whole id={id} state="published" />
        </Section>
      )}
      <FlowLink id={id} />
    </>
  );
}

function PublishView({ deed: { flow: id, revision, note }, isOver }: { deed: DeedOf<"publish">; isOver: boolean }) {
  const flow = useQuery(flowQuery(id));
  return (
    <>
      {!isOver && (
        <Loaded query={flow} skeleton={<SkeletonRows rows={3} />}>
          {(loaded) => (
            <>
              {loaded.revision !== revision && (
                <Problem>The draft was changed since this was asked, so it will not be published. Ask for it again.</Problem>
              )}
              <Section title={loaded.version === null ? "What it does" : "What changes"}>
                {loaded.version === null ? <NewFlow flow={loaded} /> : <Differences id={id} revision={revision} />}
              </Section>
              <Findings id={id} />
            </>
          )}
        </Loaded>
      )}
      {note !== undefined && (
        <p className="text-ink-2">
          The version is described as “<bdi>{note}</bdi>”.
        </p>
      )}
      <FlowLink id={id} />
    </>
  );
}

function NewFlow({ flow: { id, draftSentence, sentence, revision } }: { flow: FlowDetail }) {
  return (
    <div className="flex flex-col gap-4">
      <p>
        <bdi>{oneLine(draftSentence ?? sentence)}</bdi>
      </p>
      <Whole id={id} state="draft" revision={revision} />
    </div>
  );
}

/** All that a flow says: where it gets its events, and step by step where it sends, with which login, and what. */
function Whole({ id, state, revision }: { id: string; state: "draft" | "published"; revision?: number }) {
  const query = useQuery(flowPartsQuery(id, state, revision));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {(parts) => <Parts parts={parts} />}
    </Loaded>
  );
}

function Parts({ parts }: { parts: readonly FlowPartView[] }) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  return (
    <ol aria-label="All of it" className="flex flex-col gap-4">
      {parts.map((part) => (
        <li key={part.at}>
          <h3 className="font-medium break-words">
            <bdi>{part.title}</bdi>
          </h3>
          <dl className="mt-1 grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1">
            <FieldChanges changes={factsOf(part, connections)} unread />
          </dl>
        </li>
      ))}
    </ol>
  );
}

function factsOf({ app, operation, connection, fields }: FlowPartView, connections: readonly ConnectionView[]) {
  const login = connections.find(({ name }) => name === connection);
  const facts = { App: app, Operation: operation, Connection: login?.title ?? connection, "Address of the connection": login?.baseUrl };
  return [
    ...Object.entries(facts).flatMap(([label, value]) => (value == null ? [] : [{ field: label, label, new: value }])),
    ...fields.map(({ at, label, value }) => ({ field: at, label, new: value })),
  ];
}

function Differences({ id, revision }: { id: string; revision: number }) {
  const query = useQuery(comparisonQuery(id, "published", "draft", revision));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {({ changes, parts }) => (
        <div className="flex flex-col gap-5">
          <ChangeList changes={changes} label="What changes" />
          {parts.length > 0 && <Parts parts={parts} />}
        </div>
      )}
    </Loaded>
  );
}

/** What the last check found: publishing stops at what would fail. */
function Findings({ id }: { id: string }) {
  const findings = useQuery(lintQuery(id)).data?.findings ?? [];
  if (findings.length === 0) return null;
  return (
    <p className="rounded-md bg-warning-soft px-3 py-2">
      The check of the flow found {plural(findings.length, "problem")}. Open the flow to see them.
    </p>
  );
}

const runsShown = 10;

function ReplayView({ deed: { runs, from, version } }: { deed: DeedOf<"replay"> }) {
  const shown = useQueries({ queries: runs.slice(0, runsShown).map((id) => runQuery(id)) }).flatMap(({ data }) => (data ? [data] : []));
  return (
    <Section title={plural(runs.length, "run")}>
      <p className="mb-3 text-ink-2">
        {from === "failed" ? "Each goes on from the step that failed." : "Each is done again from its start, with all its writes."}{" "}
        {version === "same" ? "The version of the flow stays the one it had." : "It follows the flow as it is published now."}
      </p>
      <RunTable label="Runs to replay" runs={shown} />
      {runs.length > shown.length && <p className="mt-2 text-ink-3">and {plural(runs.length - shown.length, "further run")}</p>}
    </Section>
  );
}

function CallView({ deed, isOver }: { deed: DeedOf<"call">; isOver: boolean }) {
  const { kind: _, ...call } = deed;
  const { connection, input } = call;
  const apps = useApps();
  const connections = useQuery(connectionsQuery()).data;
  const where = connections?.find(({ name }) => name === call.connection)?.title ?? call.connection;
  const operation = useQuery(operationQuery(call.app ?? "", call.operation)).data;
  const writes = operation !== undefined && operation?.effect !== "read"; // a read is sent for real by a dry run too
  const dry = useQuery({
    queryKey: ["approvals", "dry", call],
    queryFn: () => api.operations.call({ operation: nameOf(call), body: { ...defined({ connection }), input, dryRun: true } }),
    enabled: !isOver && writes,
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <Section title="What is sent">
        <p className="mb-2 text-ink-2">
          To {apps.title(call.app ?? "")}
          {where !== undefined && (
            <>
              , with the connection <bdi>{where}</bdi>
            </>
          )}
        </p>
        <dl className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1">
          <FieldChanges changes={Object.entries(call.input).map(([field, value]) => ({ field, new: value }))} unread />
        </dl>
      </Section>
      {operation?.effect === "read" && <p className="text-ink-2">It reads and changes nothing. Nothing is sent before you approve.</p>}
      {!isOver && writes && (
        <Section title="What it would change">
          {dry.error ? (
            <Problem>A dry run says: {messageOf(dry.error)}</Problem>
          ) : (
            <Loaded query={dry} skeleton={<SkeletonRows rows={3} />}>
              {(reply) => <Effects reply={reply} />}
            </Loaded>
          )}
        </Section>
      )}
    </>
  );
}

function Effects({ reply }: { reply: CallReply }) {
  const notices = reply.notices ?? [];
  if ((reply.effects ?? []).length === 0 && notices.length === 0)
    return <p className="text-ink-2">A dry run cannot say what this would change. Look at what is sent.</p>;
  return (
    <div className="flex flex-col gap-2">
      <CallEffects reply={reply} />
      {notices.map((notice) => (
        <p key={notice} className="text-ink-2">
          {notice}
        </p>
      ))}
    </div>
  );
}

const nameOf = ({ app, operation }: { app?: string | undefined; operation: string }) =>
  app === undefined ? operation : `${app}.${operation}`;
