import type { Command } from "commander";
import type { HealthFinding as Finding } from "#api/schemas.ts";
import type { Address } from "../address.ts";
import { failureOf } from "../failure.ts";
import { withExamples, withJson } from "../help.ts";
import { clean, paint, type Paper, type Style } from "../text.ts";
import type { Tools } from "../tools.ts";

const mostClockDriftMs = 30_000;
const timeoutMs = 10_000;

export function addDoctorCommand(program: Command, tools: Tools): void {
  const command = withJson(
    program
      .command("doctor")
      .description(
        "Look at settings, keys, data folder, disk, backups, store, server, clock, public address, connections, scopes, flows and inboxes, and say what to do",
      )
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

async function examineRunning(tools: Tools, here: readonly Finding[]): Promise<Finding[]> {
  try {
    const { version, machine, workspace } = await tools.api().health.get();
    const { url } = tools.address();
    return [
      { state: "ok", what: "API", says: `${url} answers, version ${version}` },
      await clockFinding(url, tools),
      ...notSeenYet(machine, here),
      ...workspace,
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

/** What the running Millrace sees of this machine is mostly what was just seen here. */
const notSeenYet = (machine: readonly Finding[], here: readonly Finding[]): Finding[] =>
  machine.filter((finding) => !here.some(({ what, says }) => what === finding.what && (says === finding.says || finding.state === "ok")));

const marks: Record<Finding["state"], [mark: string, style: Style]> = {
  ok: ["OK          ", "green"],
  advice: ["advice      ", "dim"],
  warn: ["look at this", "yellow"],
  bad: ["look at this", "red"],
};

function findingLine({ state, what, says, fix }: Finding, paper: Paper): string {
  const [mark, style] = marks[state];
  const lines = (fix?.command === undefined ? says : `${says}: ${fix.command}`)
    .trimEnd()
    .split("\n")
    .map((line) => clean(line));
  return `${paint(paper, style, mark)}  ${clean(what)}: ${lines.join(`\n${" ".repeat(mark.length + 2)}`)}`;
}
