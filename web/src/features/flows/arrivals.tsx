import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { OnlyHere } from "../../components/only-here.tsx";
import { Time } from "../../components/time.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { useNow } from "../../lib/clock.ts";
import { durationWords } from "../../lib/time.ts";
import { awaitsFirst, isToBeEntered } from "./arrival-words.ts";

/** Beside the steps of a flow that is on: whether anything has arrived yet, and when it looks or starts next. */
export function Arrivals({ flow }: { flow: FlowDetail }) {
  if (flow.status !== "on") return null;
  const { kind, hookUrl, nextAt } = flow.trigger;
  if (kind === "poll") return <Looks flow={flow} />;
  if (kind === "schedule")
    return nextAt === null ? null : (
      <Part title="Next run">
        <DueAt at={nextAt} />
      </Part>
    );
  if (!awaitsFirst(flow)) return null;
  return (
    <Part title="Nothing has arrived yet">
      {isToBeEntered(flow) && hookUrl !== null ? (
        <>
          <p>This flow starts once its app posts events to this address. Enter it in the app.</p>
          <CopyLine text={hookUrl} label="Copy the address" />
          <OnlyHere url={hookUrl} of="events" />
        </>
      ) : (
        <p>
          The flow starts with the first event of its app.{" "}
          <Link
            to="/flows/$flowId"
            params={{ flowId: flow.id }}
            search={{ at: "trigger" }}
            className="rounded-sm font-medium text-accent-ink hover:underline"
          >
            See how it receives events
          </Link>
        </p>
      )}
    </Part>
  );
}

/** How often a list is looked at, and when. */
function Looks({
  flow: {
    trigger: { everyMs, lastAt, nextAt },
  },
}: {
  flow: FlowDetail;
}) {
  if (everyMs === null) return null;
  return (
    <Part title={`Checked every ${durationWords(everyMs)}`}>
      <p>
        {lastAt === null ? (
          "Not checked yet"
        ) : (
          <>
            Last checked <Time at={lastAt} />
          </>
        )}
        {nextAt !== null && (
          <>
            , next <DueAt at={nextAt} />
          </>
        )}
        .
      </p>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 font-semibold">{title}</h2>
      <div className="flex flex-col gap-2 text-ink-2">{children}</div>
    </section>
  );
}

/** What is due is said so: an interval goes by while somebody reads. */
export function DueAt({ at }: { at: number }) {
  return at - useNow() < 10_000 ? "at any moment" : <Time at={at} />;
}
