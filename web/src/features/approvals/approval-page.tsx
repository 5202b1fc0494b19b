import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ApprovalView } from "#api/schemas.ts";
import { BackLabel, backLinkClass, Page, Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Field, Textarea } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { useRecordChanges } from "../../lib/events.ts";
import { approvalQuery, approvalsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { DeedView } from "./deed-view.tsx";

const route = getRouteApi("/approvals/$approvalId");

/** One thing that somebody is asked to approve: who asks, why, what would happen, and the two answers. */
export function ApprovalPage() {
  const { approvalId } = route.useParams();
  const cache = useQueryClient();
  const query = useQuery(approvalQuery(approvalId));
  useRecordChanges((kinds) => {
    if (kinds.has("approval")) void cache.invalidateQueries({ queryKey: approvalQuery(approvalId).queryKey });
  });
  const approval = query.data;
  return (
    <Page
      title={approval === undefined ? "Approval" : `${approval.who} asks to ${approval.title}`}
      about={
        approval && (
          <>
            Asked <Time at={approval.createdAt} />
          </>
        )
      }
      back={
        <Link to="/attention" className={backLinkClass}>
          <BackLabel>Needs attention</BackLabel>
        </Link>
      }
    >
      <Loaded query={query} skeleton={<SkeletonCards cards={2} />}>
        {(loaded) => <Opened approval={loaded} />}
      </Loaded>
    </Page>
  );
}

function Opened({ approval }: { approval: ApprovalView }) {
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <Section title="Why">
        <blockquote className="border-l-2 border-line-strong pl-3 whitespace-pre-wrap text-ink-2">
          <bdi>{approval.reason}</bdi>
        </blockquote>
      </Section>
      {approval.state !== "waiting" && <Outcome approval={approval} />}
      <DeedView deed={approval.deed} isOver={approval.state !== "waiting"} />
      {approval.state === "waiting" && approval.mayDecide && <Decide id={approval.id} />}
      {approval.state === "unknown" && approval.mayDecide && <Settle id={approval.id} />}
      {approval.whyNot !== null && <NotYours>{approval.whyNot}</NotYours>}
    </div>
  );
}

const Decide = ({ id }: { id: string }) => (
  <Answers
    id={id}
    title="Your decision"
    yes={["approve", "Approve and do it"]}
    no={["refuse", "Refuse"]}
    about="It is done with your rights, and the audit names you."
  />
);

/** Of one whose outcome nobody knows: it stays until somebody looked, where it would have had its effect. */
const Settle = ({ id }: { id: string }) => (
  <Answers
    id={id}
    title="What did you find?"
    yes={["took_effect", "It took effect"]}
    no={["no_effect", "It had no effect"]}
    about="Nothing is done. Your answer tells whoever asked how it ended, and the audit names you."
  />
);

type Decision = "approve" | "refuse" | "took_effect" | "no_effect";
interface AnswersProps {
  id: string;
  title: string;
  yes: [Decision, string];
  no: [Decision, string];
  /** What the answer does. */
  about: string;
}

function Answers({ id, title, yes, no, about }: AnswersProps) {
  const cache = useQueryClient();
  const [note, setNote] = useState("");
  const decide = useMutation({
    mutationFn: (decision: Decision) => api.approvals.decide({ id, body: { decision, note } }),
    meta: { quiet: true },
    onSuccess: (decided) => cache.setQueryData(approvalQuery(id).queryKey, decided),
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: approvalsQuery().queryKey });
      void cache.invalidateQueries({ queryKey: ["flows"] });
    },
  });
  const isBusy = (decision: Decision) => decide.isPending && decide.variables === decision;
  return (
    <Section title={title}>
      <div className="flex flex-col gap-4">
        <Field label="Note to the agent" hint="Optional.">
          {(ids) => <Textarea {...ids} rows={2} maxLength={1_000} value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        {decide.error && <Problem>{messageOf(decide.error)}</Problem>}
        <div className="flex flex-wrap gap-2">
          {[yes, no].map(([decision, label]) => (
            <Button
              key={decision}
              kind={decision === "approve" ? "primary" : "secondary"}
              busy={isBusy(decision)}
              disabled={decide.isPending && !isBusy(decision)}
              onClick={() => decide.mutate(decision)}
            >
              {label}
            </Button>
          ))}
        </div>
        <p className="text-meta text-ink-3">{about}</p>
      </div>
    </Section>
  );
}

const NotYours = ({ children }: { children: string }) => (
  <p className="rounded-md bg-neutral-soft px-3 py-2 text-ink-2">You may not decide this. {children}</p>
);

/** What was decided, and what came of it. */
function Outcome({ approval: { state, decidedBy, decidedAt, note, outcome, error } }: { approval: ApprovalView }) {
  return (
    <Section title={stateTitles[state]}>
      <div className="flex flex-col gap-2">
        {decidedAt !== null && (
          <p className="text-ink-2">
            <bdi>{decidedBy}</bdi> decided <Time at={decidedAt} />
            {note !== null && (
              <>
                : “<bdi>{note}</bdi>”
              </>
            )}
          </p>
        )}
        {state === "expired" && <p className="text-ink-2">Nobody decided within seven days. Whoever asked can ask again.</p>}
        {state === "approved" && <p className="text-ink-2">It is being done.</p>}
        {outcome !== null && <p className="rounded-md bg-success-soft px-3 py-2">{outcome}</p>}
        {error !== null && <Problem>{error.message}</Problem>}
      </div>
    </Section>
  );
}

const stateTitles: Record<Exclude<ApprovalView["state"], "waiting">, string> & Record<"waiting", string> = {
  waiting: "Waiting",
  approved: "Approved",
  refused: "Refused",
  expired: "Expired",
  done: "Approved and done",
  failed: "Approved, but it did not work",
  unknown: "Approved, but nobody knows whether it took effect",
};
