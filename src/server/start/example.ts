import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Flow } from "#engine/types/flows.ts";
import type { Run } from "#engine/types/runs.ts";
import { sleep, systemClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { packageRoot } from "#kernel/root.ts";
import { dataFiles, readJson, writePrivate } from "./data-folder.ts";
import { countWork, type ExampleReport } from "./example-report.ts";
import type { RunTotals } from "./greeting.ts";
import type { Millrace } from "./millrace.ts";
import { firstWorkspaceId } from "./store.ts";

/** What the first start has done so far. Each step looks before it makes anything, so a start that was cut off is finished by the next. */
interface Progress {
  flowId?: string;
  done?: boolean;
}

export interface ExampleParts {
  millrace: Millrace;
  dataDir: string;
  /** Called with the progress: answers sent, runs that have ended. */
  progress: (sent: number, finished: number, total: number) => void;
}

const sampleCount = 24;
const sampleSeed = 1;
const patienceMs = 90_000;
const lookEveryMs = 100;
const rests = ["succeeded", "filtered", "failed", "held", "cancelled"] as const;

/** Whether the example was installed and its samples have been through. */
export const isExampleDone = (dataDir: string): boolean => readJson<Progress>(dataFiles(dataDir).firstStart)?.done === true;

/**
 * Connects the sandbox, installs the example flow and has the sandbox post sample answers to it, as SightMill would. The answers
 * carry ids of their own: what an interrupted start has sent already is recognised, and only the rest is new.
 */
export async function runExample({ millrace, dataDir, progress }: ExampleParts): Promise<ExampleReport> {
  const file = dataFiles(dataDir).firstStart;
  const note = (state: Progress) => writePrivate(file, JSON.stringify(state));
  const { engine, sandbox } = millrace;
  if (!sandbox) throw new MillraceError("CONFLICT", { details: { problem: "The example needs the sandbox" } });
  await connectSandbox(millrace);
  const flow = await exampleFlow(millrace, readJson<Progress>(file) ?? {});
  note({ flowId: flow.id });
  const { token } = await engine.flows.trigger(flow);
  const path = `/hooks/${token}`;
  const before = engine.stats().repeats;
  await playSamples(millrace, flow, `${millrace.localUrl}${path}`, progress);
  note({ flowId: flow.id, done: true });
  const runs = await engine.runs(firstWorkspaceId, { flowId: flow.id }, { limit: 200 });
  const contexts = await Promise.all(runs.map((run) => engine.run(firstWorkspaceId, run.id)));
  return { ...countWork(contexts), repeats: engine.stats().repeats - before, hookUrl: `${millrace.url}${path}`, flowName: flow.name };
}

/** The two logins of the example: a HighLevel sub-account, and the survey system's own addresses. */
async function connectSandbox({ vault, connections, sandbox }: Millrace): Promise<void> {
  const { systems, url } = sandbox!;
  const { sandboxDefaults } = await import("#sandbox/index.ts");
  const existing = new Set((await vault.list(firstWorkspaceId)).map(({ name }) => name));
  if (!existing.has("acme")) {
    const { accessToken } = systems.issueToken({ locationId: sandboxDefaults.acmeDental });
    await vault.connect(firstWorkspaceId, {
      name: "acme",
      title: "Acme Dental (sandbox)",
      app: "highlevel",
      auth: "token",
      baseUrl: url,
      access: "location",
      locationId: sandboxDefaults.acmeDental,
      companyId: sandboxDefaults.companyId,
      secret: { token: accessToken },
    });
    await connections.test(firstWorkspaceId, "acme");
  }
  if (!existing.has("sightmill-main")) {
    const addresses = Object.fromEntries(Object.entries(systems.sightMillPaths()).map(([name, path]) => [name, url + path]));
    await vault.connect(firstWorkspaceId, {
      name: "sightmill-main",
      title: "SightMill (sandbox)",
      app: "sightmill",
      auth: "url",
      secret: addresses,
    });
  }
}

async function exampleFlow({ engine: { flows } }: Millrace, { flowId }: Progress): Promise<Flow> {
  const definition: { name: string } = JSON.parse(readFileSync(join(packageRoot(), "examples/survey-answers-to-contacts.json"), "utf8"));
  const existing = (await flows.list(firstWorkspaceId)).find((flow) => flow.id === flowId || flow.name === definition.name);
  const flow = existing ?? (await flows.create(firstWorkspaceId, definition));
  return flow.status === "on" ? flow : flows.publish(firstWorkspaceId, flow.id);
}

async function playSamples({ engine, sandbox }: Millrace, flow: Flow, hookUrl: string, progress: ExampleParts["progress"]): Promise<void> {
  const { sightmill } = sandbox!.systems;
  sightmill.setUrl(hookUrl);
  const look = async () => {
    const counts = await engine.counts(firstWorkspaceId, { flowId: flow.id });
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    return { total, finished: rests.reduce((sum, state) => sum + counts[state], 0) };
  };
  const playing = { over: false };
  const played = sightmill.play({ count: sampleCount, url: hookUrl, seed: sampleSeed }).finally(() => (playing.over = true));
  played.catch(() => {}); // awaited below, or of no interest once the loop has ended
  const until = Date.now() + patienceMs;
  for (;;) {
    const { total, finished } = await look();
    progress(playing.over ? sampleCount : total, finished, sampleCount);
    if ((playing.over && finished >= total) || Date.now() > until) break;
    await sleep(systemClock, lookEveryMs);
  }
  const { failed } = await played;
  if (failed > 0)
    throw new MillraceError("CONFLICT", {
      details: { problem: `${failed} of ${sampleCount} sample answers were not accepted. Start Millrace again to send them once more` },
    });
  sightmill.skipTo(sampleCount);
}

/** Counts the runs, for the line that a later start prints. */
export async function runTotals({ engine }: Millrace): Promise<RunTotals> {
  const [counts, attention] = await Promise.all([
    engine.counts(firstWorkspaceId, {}),
    engine.counts(firstWorkspaceId, { attention: true }),
  ]);
  const sum = (of: Partial<Record<Run["state"], number>>) => Object.values(of).reduce((total, n) => total + n, 0);
  return { runs: sum(counts), open: counts.queued + counts.running + counts.waiting, attention: sum(attention) };
}
