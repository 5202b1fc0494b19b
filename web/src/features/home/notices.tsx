import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleX, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { FlowView, Overview } from "#api/schemas.ts";
import { Offers, offersOf } from "../../components/offers.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useNow } from "../../lib/clock.ts";
import { cx } from "../../lib/cx.ts";
import { checkTrouble, isWaitingForLogin } from "../../lib/flow-trouble.ts";
import { flowsQuery, inboxesQuery } from "../../lib/queries.ts";
import { listed, plural } from "../../lib/words.ts";
import { missedEvents } from "./missed.ts";

/**
 * What is wrong before anything failed: with the store or the clock, flows that would fail, and events that are waited for and never came.
 * Silent when all is well.
 */
export function Notices({ warnings, outages }: Pick<Overview, "warnings" | "outages">) {
  const flows = useQuery(flowsQuery()).data ?? [];
  const inboxes = useQuery(inboxesQuery()).data ?? [];
  const now = useNow();
  const isWaitedFor = (flow: FlowView): boolean =>
    outages.some(({ connection }) =>
      flow.lint?.troubles.some(({ cause }) => cause?.kind === "login" && cause.connection === connection?.name),
    );
  const troubled = flows.filter((flow) => checkTrouble(flow) !== null);
  const failing = troubled.filter((flow) => !isWaitingForLogin(flow));
  // Where runs wait already, the line of what they wait for says so.
  const waiting = troubled.filter((flow) => isWaitingForLogin(flow) && !isWaitedFor(flow));
  const missing = missedEvents(inboxes, flows, now);
  const renamed = flows.filter((flow) => checkTrouble(flow) === null && offersOf(flow).length > 0);
  if (warnings.length + failing.length + waiting.length + missing.length + renamed.length === 0) return null;
  return (
    <ul aria-label="Before it fails" className="mb-4 flex flex-col gap-2">
      {warnings.map((warning) => (
        <Notice key={warning} icon={TriangleAlert} tone="warning">
          {warning}
        </Notice>
      ))}
      {failing.length > 0 && (
        <Notice icon={CircleX} tone="failure">
          <Troubled says="Runs would fail in" flows={failing} offer="See what to change" />
        </Notice>
      )}
      {waiting.length > 0 && (
        <Notice icon={TriangleAlert} tone="warning">
          <Troubled says="A login does not work, so new runs will wait, and nothing is lost, in" flows={waiting} offer="See which login" />
        </Notice>
      )}
      {renamed.length > 0 && (
        <Notice icon={TriangleAlert} tone="warning">
          <Renamed flows={renamed} />
        </Notice>
      )}
      {missing.length > 0 && (
        <Notice icon={TriangleAlert} tone="warning">
          {`${plural(missing.length, "event")} that flows wait for never came: ${listed(missing.slice(0, 3))}${missing.length > 3 ? ", …" : ""}. `}
          <Link to="/inboxes" className={link}>
            See what to tick
          </Link>
        </Notice>
      )}
    </ul>
  );
}

const link = "rounded-sm font-medium text-accent-ink hover:underline";

/** One is mended here; many have few causes, and those are in Needs attention. */
function Renamed({ flows: [first, ...more] }: { flows: FlowView[] }) {
  if (first === undefined) return null;
  if (more.length > 0)
    return (
      <>
        {plural(more.length + 1, "flow")} use names that have changed. Their runs go on.{" "}
        <Link to="/attention" className={link}>
          See the new names
        </Link>
      </>
    );
  return (
    <>
      <Link to="/flows/$flowId" params={{ flowId: first.id }} search={{ tab: "checks" }} className={link}>
        <bdi>{first.name}</bdi>
      </Link>{" "}
      uses names that have changed. Its runs go on.
      <Offers flow={first} />
    </>
  );
}

interface TroubledProps {
  says: string;
  flows: FlowView[];
  offer: string;
}

function Troubled({ says, flows: [first, ...more], offer }: TroubledProps) {
  if (first === undefined) return null;
  return (
    <>
      {says}{" "}
      <Link to="/flows/$flowId" params={{ flowId: first.id }} search={{ tab: "checks" }} className={link}>
        <bdi>{first.name}</bdi>
      </Link>
      {more.length > 0 && <> and {plural(more.length, "other flow")}</>}.{" "}
      <Link to="/attention" className={link}>
        {offer}
      </Link>
    </>
  );
}

function Notice({ icon, tone, children }: { icon: LucideIcon; tone: "failure" | "warning"; children: ReactNode }) {
  const failure = tone === "failure";
  return (
    <li className={cx("flex gap-2.5 rounded-md px-3 py-2", failure ? "bg-failure-soft" : "bg-warning-soft")}>
      <Icon of={icon} className={cx("mt-0.5 shrink-0", failure ? "text-failure" : "text-warning")} />
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  );
}
