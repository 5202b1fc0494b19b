import { Link } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import type { Overview } from "#api/schemas.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import { useNow } from "../lib/clock.ts";
import { Icon } from "./ui/icon.tsx";

/** Apps and hosts that are down: one line each, however many runs wait for them. */
export function Outages({ outages }: { outages: Overview["outages"] }) {
  const now = useNow();
  if (outages.length === 0) return null;
  return (
    <ul aria-label="Does not answer" className="mb-4 flex flex-col gap-2">
      {outages.map((outage) => (
        <li key={`${outage.app} ${outage.host} ${outage.reason}`} className="flex gap-2.5 rounded-md bg-failure-soft px-3 py-2">
          <Icon of={CloudOff} className="mt-0.5 shrink-0 text-failure" />
          <p className="min-w-0">
            {outageSentence(outage, now)}.{" "}
            <Link to="/runs" search={{ state: "waiting" }} className="rounded-sm font-medium text-accent-ink hover:underline">
              See them
            </Link>
          </p>
        </li>
      ))}
    </ul>
  );
}
