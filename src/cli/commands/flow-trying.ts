import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { BacktestView } from "#api/schemas.ts";
import type { Client } from "#api/client.ts";
import { withExamples, withJson } from "../help.ts";
import { readJsonArgument, usage } from "../input.ts";
import type { Tools } from "../tools.ts";
import { backtestPage, stepTestPage } from "../views/trying.ts";
import { findFlow as find, ofOneFlow as ofOne, type Json } from "./flow-argument.ts";

/** A step tried by itself, and a draft tried on the events that came. */
export function addTryingCommands(flow: Command, tools: Tools): void {
  addTestStep(flow, tools);
  addBacktest(flow, tools);
}

interface TestOptions extends Json {
  input?: string;
  results?: string;
  write?: boolean;
}

function addTestStep(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    ofOne(flow.command("test-step").description("Try one step of the draft by itself. Without --write, a write is only pretended"))
      .argument("<step>", "the step's id")
      .option("-i, --input <json>", "the event: JSON, @file, or - for standard input; the newest sample when absent")
      .option(
        "--results <json>",
        "what earlier steps gave, by their ids: JSON or @file. With --write, what their own tests with --write gave counts instead",
      )
      .option("--write", "make the write for real"),
  ).action(async (wanted: string, step: string, { input, results, write = false, json }: TestOptions) => {
    const { id } = await find(api(), wanted);
    const payload = input === undefined ? await newestSample(api(), id) : await readJsonArgument(input, "--input", terminal);
    const earlier = results === undefined ? {} : ((await readJsonArgument(results, "--results", terminal)) as Record<string, unknown>);
    const reply = await api().flows.testStep({ id, body: { step, payload, results: earlier, write } });
    show(reply, json, (paper) => stepTestPage(reply, paper));
    if (reply.test?.state === "failed") terminal.exitCode = 1;
  });
  withExamples(command, `millrace flow test-step "Survey answers" contact -i '{"email": "ada@example.com"}'`);
}

async function newestSample(api: Client, id: string): Promise<unknown> {
  const [newest] = (await api.flows.samples({ id })).samples;
  if (!newest) throw usage("No event has come yet. Say with --input what to try with");
  return newest.payload;
}

function addBacktest(flow: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    ofOne(
      flow.command("backtest").description("Try the draft on the newest kept events, beside the published version. Nothing is written"),
    ).option("--events <n>", "how many events, 100 at most", "100"),
  ).action(async (wanted: string, { events, json }: Json & { events: string }) => {
    const count = Number(events);
    if (!Number.isInteger(count) || count < 1 || count > 100) throw usage("--events takes a number from 1 to 100");
    const { id } = await find(api(), wanted);
    const result = await finished(api(), id, await api().flows.backtest({ id, body: { events: count } }));
    show(result, json, (paper) => backtestPage(result, paper));
    if (result.state !== "done") terminal.exitCode = 1;
  });
  withExamples(command, `millrace flow backtest "Survey answers"`);
}

const lookEveryMs = 500;

async function finished(api: Client, id: string, started: BacktestView): Promise<BacktestView> {
  let result = started;
  while (result.state === "running") {
    await pause(lookEveryMs);
    result = await api.flows.backtestResult({ id, backtest: started.id });
  }
  return result;
}
