import { Link } from "@tanstack/react-router";
import type { ApprovalView } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Entry } from "./entry.tsx";

/** What agents and programs ask a person for, and what was approved with an outcome that nobody knows. */
export function Approvals({ approvals }: { approvals: readonly ApprovalView[] }) {
  return (
    <Section title="Waiting for your decision">
      <ul className="flex flex-col gap-3">
        {approvals.map(({ id, state, who, title, reason, createdAt, mayDecide }) => (
          <Entry
            key={id}
            urgency="asked"
            about={[
              "Approval",
              <span key="when">
                asked <Time at={createdAt} />
              </span>,
            ]}
            title={
              state === "unknown" ? (
                <>
                  Nobody knows whether this took effect: <bdi>{title}</bdi>
                </>
              ) : (
                <>
                  <bdi>{who}</bdi> asks to <bdi>{title}</bdi>
                </>
              )
            }
            actions={
              <Button kind={mayDecide ? "primary" : "secondary"} asChild>
                <Link to="/approvals/$approvalId" params={{ approvalId: id }}>
                  {mayDecide ? "Look and decide" : "Look"}
                </Link>
              </Button>
            }
          >
            <p>
              <bdi>{reason}</bdi>
            </p>
          </Entry>
        ))}
      </ul>
    </Section>
  );
}
