import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { FlowDetail, RunView } from "#api/schemas.ts";
import { runLooks, RunMark } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { count } from "../../lib/words.ts";
import { isObject } from "#kernel/json.ts";
import { changedField } from "#surfaces/change-words.ts";
import { durationInWords } from "#kernel/durations.ts";

const shown: RunView["state"][] = ["succeeded", "failed", "held", "waiting", "running", "queued", "filtered", "cancelled"];

/** Beside the steps: how the last day went, and the flow's settings. */
export function FlowFacts({ flow }: { flow: FlowDetail }) {
  const states = shown.filter((state) => (flow.counts[state] ?? 0) > 0);
  return (
    <aside aria-label="About the flow" className="flex flex-col gap-6">
      <Group title="Last 24 hours">
        {states.length === 0 && <p className="text-ink-3">No runs.</p>}
        {states.map((state) => (
          <Link
            key={state}
            to="/runs"
            search={{ flow: flow.id, state, since: "24h" }}
            className="-mx-2 flex h-7 items-center gap-2 rounded-md px-2 outline-offset-0 transition-colors hover:bg-hover"
          >
            <RunMark state={state} />
            {runLooks[state].word}
            <span className="ml-auto text-ink-2 tabular">{count(flow.counts[state] ?? 0)}</span>
          </Link>
        ))}
      </Group>
      <Group title="Settings">
        <dl className="flex flex-col gap-2">
          {settingsOf(flow).map(([title, value]) => (
            <div key={title}>
              <dt className="text-meta text-ink-3">{title}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Group>
      <p className="text-meta text-ink-3">
        Made <Time at={flow.createdAt} />, changed <Time at={flow.updatedAt} />
      </p>
    </aside>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 font-semibold">{title}</h2>
      {children}
    </section>
  );
}

/** Which zone its dates mean; a schedule may have one of its own. */
function zonesOf({ definition: { settings, trigger } }: FlowDetail): [string, string][] {
  const own = isObject(trigger.input) ? trigger.input["zone"] : undefined;
  const zone = settings?.zone?.replaceAll("_", " ");
  const dates: [string, string][] =
    zone === undefined
      ? [
          ["Times in conditions and waits are in", "UTC, unless Flow settings name a zone"],
          ["Dates in fields are in", "The sub-account's zone"],
        ]
      : [["Dates are in", zone]];
  return typeof own !== "string" || own === settings?.zone ? dates : [["The schedule is in", own.replaceAll("_", " ")], ...dates];
}

/** What the flow sets itself; what it leaves out has the usual value and needs no line. */
function settingsOf(flow: FlowDetail): [string, string][] {
  const { unknownOutcome, country, retry = {}, settle, order, lane = "live", messages } = flow.definition.settings ?? {};
  const lines: [string, string][] = [
    ["If it is unclear whether a write took effect", unknownOutcome === "retry" ? "Write again" : "Stop and ask me"],
    ...zonesOf(flow),
  ];
  if (country !== undefined) lines.push(["Phone numbers without a country", country]);
  if (retry.maxAttempts !== undefined) lines.push(["Attempts at most", String(retry.maxAttempts)]);
  if (retry.maxElapsed !== undefined) lines.push(["Retries for at most", durationInWords(retry.maxElapsed)]);
  if (settle !== undefined)
    lines.push(["Changes of one record become one run when they follow each other within", durationInWords(settle)]);
  if (order === "record") lines.push(["Runs of one record", "One after another, as its events came"]);
  if (lane !== "live") lines.push(["Lane", lane]);
  if (messages !== undefined)
    lines.push(["Rules for messages left out", `${messages.without.map((rule) => changedField(rule)).join(", ")}: ${messages.reason}`]);
  return lines;
}
