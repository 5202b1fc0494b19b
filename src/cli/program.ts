import { Command, CommanderError } from "commander";
import { addAppCommands } from "./commands/app.ts";
import { addBackupCommand } from "./commands/backup.ts";
import { addMoveStoreCommand } from "./commands/move-store.ts";
import { addCallCommand } from "./commands/call.ts";
import { addCatalogCommand } from "./commands/catalog.ts";
import { addAuditCommand } from "./commands/audit.ts";
import { addCallsCommand } from "./commands/calls.ts";
import { addConnectCommands } from "./commands/connect.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addExportCommands } from "./commands/export.ts";
import { addFlowCommands } from "./commands/flow.ts";
import { addInboxCommands } from "./commands/inbox.ts";
import { addKeyCommands } from "./commands/key.ts";
import { addMcpCommand } from "./commands/mcp.ts";
import { addOpenCommand } from "./commands/open.ts";
import { addMappingCommands, addRuleCommands } from "./commands/parts.ts";
import { addPeopleCommands } from "./commands/people.ts";
import { addResumeCommand } from "./commands/resume.ts";
import { addRunCommands } from "./commands/run.ts";
import { addSandboxCommand } from "./commands/sandbox.ts";
import { addSyncCommands } from "./commands/sync.ts";
import { addTagCommands } from "./commands/tags.ts";
import { addTemplateCommands } from "./commands/template.ts";
import { addWebhookCommands } from "./commands/webhook.ts";
import { addStartCommand } from "./commands/start.ts";
import { failureOf } from "./failure.ts";
import { speakingCommands } from "./help.ts";
import type { Terminal } from "./terminal.ts";
import { clean, paint } from "./text.ts";
import { createTools, type Tools } from "./tools.ts";

const about = `Connects any app to HighLevel, and loses nothing on the way.

${speakingCommands()} speak to a running Millrace: the one of the data folder, or the one at MILLRACE_URL with the key in MILLRACE_API_KEY. Exit codes: 0 done, 1 refused or failed, 2 not given right.`;

const longestLine = 120;

/** Every command, ready to be parsed or to be described. */
export function createProgram(tools: Tools, version: string): Command {
  const program = new Command("millrace")
    .description(about)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "how this is used")
    .helpCommand(false)
    .enablePositionalOptions() // "run replay --version" is its own
    .exitOverride()
    .configureOutput(outputOf(tools.terminal));
  const groups = [
    addStartCommand,
    addOpenCommand,
    addResumeCommand,
    addSandboxCommand,
    addCatalogCommand,
    addCallCommand,
    addExportCommands,
    addAppCommands,
    addConnectCommands,
    addInboxCommands,
    addWebhookCommands,
    addTagCommands,
    addFlowCommands,
    addSyncCommands,
    addTemplateCommands,
    addRuleCommands,
    addMappingCommands,
    addRunCommands,
    addPeopleCommands,
    addKeyCommands,
    addAuditCommand,
    addCallsCommand,
    addMcpCommand,
    addDoctorCommand,
    addBackupCommand,
    addMoveStoreCommand,
  ];
  for (const add of groups) add(program, tools, version);
  return program;
}

/** Runs one command line and gives its exit code: 0 done, 1 refused or failed, 2 not given right. */
export async function runCommandLine(args: readonly string[], terminal: Terminal, version: string): Promise<number> {
  try {
    await createProgram(createTools(terminal), version).parseAsync(args, { from: "user" });
    return terminal.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2; // commander has told it already
    return tellFailure(thrown, terminal, args.includes("--json"));
  }
}

function outputOf(terminal: Terminal) {
  const helpWidth = () => Math.min(terminal.width, longestLine);
  return {
    writeOut: (text: string) => terminal.out(text.trimEnd()),
    writeErr: (text: string) => terminal.err(text.trimEnd()),
    getOutHelpWidth: helpWidth,
    getErrHelpWidth: helpWidth,
  };
}

function tellFailure(thrown: unknown, terminal: Terminal, asJson: boolean): number {
  const { code, message, details, todo, exitCode } = failureOf(thrown);
  if (asJson) {
    terminal.err(JSON.stringify({ error: { code, message, details }, ...(todo !== undefined && { todo }) }));
    return exitCode;
  }
  const sentence = message
    .split("\n")
    .map((line) => clean(line))
    .join("\n");
  terminal.err(paint({ colour: terminal.colour, width: terminal.width, now: 0 }, "red", sentence));
  if (todo !== undefined) terminal.err(todo);
  return exitCode;
}
