import { Link } from "@tanstack/react-router";
import { CloudOff, Unplug } from "lucide-react";
import type { Overview } from "#api/schemas.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import { useMay } from "../lib/may.ts";
import { useNow } from "../lib/clock.ts";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

type Outage = Overview["outages"][number] & { ofFlow?: true };

/** What keeps runs waiting: one line for each app or host that is down and each connection that is refused, however many wait for it. */
export function Outages({ outages, flowId }: { outages: readonly Outage[]; flowId?: string }) {
  const now = useNow();
  if (outages.length === 0) return null;
  return (
    <ul aria-label="Runs wait" className="mb-4 flex flex-col gap-2">
      {outages.map((outage) => (
        <li
          key={outage.connection?.id ?? `${outage.app} ${outage.host} ${outage.reason}`}
          className="flex flex-wrap items-start gap-x-2.5 gap-y-2 rounded-md bg-failure-soft px-3 py-2"
        >
          <Icon of={outage.connection ? Unplug : CloudOff} className="mt-0.5 shrink-0 text-failure" />
          <p className="min-w-0 flex-1 basis-56">
            {outageSentence(outage, now)}.{" "}
            <Link
              to="/runs"
              search={{ state: "queued,waiting", flow: flowId }}
              className="rounded-sm font-medium text-accent-ink hover:underline"
            >
              See them
            </Link>
          </p>
          {outage.connection && <ConnectionFix connection={outage.connection} />}
        </li>
      ))}
    </ul>
  );
}

/** A login that was refused is given anew. A sub-account that is not active is no fault of the login: a test tells when it is again. */
function ConnectionFix({ connection: { id, status } }: { connection: NonNullable<Outage["connection"]> }) {
  const mayFix = useMay("connections:write");
  if (!mayFix || (status !== "broken" && status !== "failed" && status !== "paused")) return null;
  return (
    <Button small asChild>
      <Link to="/connections" search={status === "paused" ? {} : { renew: id }}>
        {status === "paused" ? "Open connections" : "Reconnect"}
      </Link>
    </Button>
  );
}
