import type { Command } from "commander";
import type { Finding } from "#server/operations/doctor.ts";
import type { ConnectionView, Overview } from "#api/schemas.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import type { Address } from "../address.ts";
import { failureOf } from "../failure.ts";
import { withExamples, withJson } from "../help.ts";
import { clean, count, paint, type Paper, type Style } from "../text.ts";
import type { Tools } from "../tools.ts";

const mostClockDriftMs = 30_000;
const timeoutMs = 10_000;

export function addDoctorCommand(program: Command, tools: Tools): void {
  const command = withJson(
    program
      .command("doctor")
      .description("Look at settings, data folder, disk, lock, store, server, clock and connections, and say what to do")
      .option("--clock-is-right", "first say so, for a Millrace that doubts the clock after it was off for long"),
  ).action(async ({ json, clockIsRight }: { json?: boolean; clockIsRight?: boolean }) => {
    if (clockIsRight) await confirmClock(tools);
    const findings = await examineAll(tools);
    tools.show(findings, json, (paper) => findings.map((finding) => findingLine(finding, paper)).join("\n"));
    if (findings.some(({ state }) => state === "bad")) tools.terminal.exitCode = 1;
  });
  withExamples(command, "millrace doctor", "millrace doctor --json");
}

async function confirmClock({ terminal }: Tools): Promise<void> {
  const { confirmClock: confirm } = await import("#server/operations/doctor.ts");
  confirm(terminal.env, terminal.clock);
  terminal.err("Noted: the clock is right. Millrace believes it within a minute, or at its next start.");
}

/** What is on this machine, where it is the one meant; then what the running Millrace says. */
async function examineAll(tools: Tools): Promise<Finding[]> {
  const { env } = tools.terminal;
  const here = await examineHere(tools);
  const stopped = here.some(({ what, state }) => what === "server" && state !== "ok");
  const unsettled = here.some(({ what, state }) => what === "settings" && state === "bad");
  if (unsettled || (stopped && !env["MILLRACE_URL"])) return here;
  return [...here, ...(await examineRunning(tools, here))];
}

async function examineHere({ terminal, address }: Tools): Promise<Finding[]> {
  if (isElsewhere(address)) return [];
  const { examine } = await import("#server/operations/doctor.ts");
  return examine(terminal.env, terminal.clock);
}

function isElsewhere(address: () => Address): boolean {
  try {
    return !address().local;
  } catch {
    return false; // wrong settings are a finding
  }
}

/** What Millrace says of its store and clock, as far as it was not seen on this machine already. */
const warningFindings = ({ warnings }: Overview, here: readonly Finding[]): Finding[] =>
  warnings
    .filter((says) => !here.some((finding) => finding.says === says))
    .map((says) => ({ state: "warn", what: "store and clock", says }));

async function examineRunning(tools: Tools, here: readonly Finding[]): Promise<Finding[]> {
  try {
    const overview = await tools.api().overview.get();
    const { url } = tools.address();
    const server: Finding = { state: "ok", what: "API", says: `${url} answers, version ${overview.version}` };
    return [
      server,
      await clockFinding(url, tools),
      ...warningFindings(overview, here),
      attentionFinding(overview),
      ...overview.outages.map((outage) => outageFinding(outage, tools.terminal.clock.now())),
      ...holdFinding(overview),
      ...(await tools.api().connections.list()).connections.map(connectionFinding),
    ];
  } catch (thrown) {
    const { message, todo } = failureOf(thrown);
    return [{ state: "bad", what: "API", says: [message, todo].filter(Boolean).join(" ") }];
  }
}

/** Two clocks that disagree make tokens end early or late, and schedules start at the wrong time. */
async function clockFinding(url: string, { terminal: { fetch, clock } }: Tools): Promise<Finding> {
  const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(timeoutMs) });
  const driftMs = Math.abs(Date.parse(reply.headers.get("date") ?? "") - clock.now());
  if (Number.isNaN(driftMs)) return { state: "warn", what: "clock", says: "the server does not tell its time" };
  if (driftMs <= mostClockDriftMs) return { state: "ok", what: "clock", says: "agrees with the server's" };
  return { state: "warn", what: "clock", says: `differs from the server's by ${Math.round(driftMs / 1000)} s; let the network set both` };
}

const holdFinding = ({ held }: Overview): Finding[] =>
  held
    ? [
        {
          state: "warn",
          what: "hold",
          says: "started with --hold: events are accepted and nothing is executed. Let it go on: millrace resume",
        },
      ]
    : [];

function attentionFinding({ attention }: Overview): Finding {
  if (attention === 0) return { state: "ok", what: "runs", says: "none needs attention" };
  return { state: "warn", what: "runs", says: `${count(attention, "run needs", "runs need")} attention: millrace run list --attention` };
}

/** Nothing is lost, and still somebody may want to know why nothing arrives. */
const outageFinding = (outage: Overview["outages"][number], now: number): Finding => ({
  state: "warn",
  what: outage.connection ? `connection '${outage.connection.name}'` : (outage.host ?? outage.app ?? "a system"),
  says: outageSentence(outage, now),
});

/** Where a test showed nothing, another one would not either. */
const unproven = (name: string, reason: string | undefined): string =>
  reason === undefined ? `not proven yet; test it: millrace connect test ${name}` : `not proven yet. ${reason}`;

function connectionFinding({ name, status, reason }: ConnectionView): Finding {
  const what = `connection '${name}'`;
  if (status === "untested") return { state: "ok", what, says: unproven(name, reason) };
  if (status === "connected") return { state: "ok", what, says: "connected" };
  const todo = status === "broken" ? `; give it a new login: millrace connect replace-secret ${name}` : "";
  return {
    state: status === "broken" || status === "failed" ? "bad" : "warn",
    what,
    says: `${(reason ?? status).replace(/\.$/, "")}${todo}`,
  };
}

const marks: Record<Finding["state"], [mark: string, style: Style]> = {
  ok: ["OK          ", "green"],
  warn: ["look at this", "yellow"],
  bad: ["LOOK AT THIS", "red"],
};

function findingLine({ state, what, says }: Finding, paper: Paper): string {
  const [mark, style] = marks[state];
  const lines = says
    .trimEnd()
    .split("\n")
    .map((line) => clean(line));
  return `${paint(paper, style, mark)}  ${clean(what)}: ${lines.join(`\n${" ".repeat(mark.length + 2)}`)}`;
}
