import type { Command } from "commander";

const speakers = [
  "open",
  "call",
  "export",
  "app",
  "connect",
  "inbox",
  "webhook",
  "tags",
  "flow",
  "sync",
  "template",
  "run",
  "people",
  "key",
  "audit",
  "mcp",
];
/** The commands that speak to a running Millrace, as a sentence begins with them. */
export const speakingCommands = (show: (name: string) => string = (name) => name): string =>
  `${speakers.slice(0, -1).map(show).join(", ")} and ${show(speakers.at(-1)!)}`;

const examples = new WeakMap<Command, readonly string[]>();

/** Shows how a command is typed, at the end of its help and on the reference page. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  examples.set(command, lines);
  const title = lines.length === 1 ? "Example" : "Examples";
  return command.addHelpText("after", `\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

export const examplesOf = (command: Command): readonly string[] => examples.get(command) ?? [];

/** The option every command has whose result a machine may read. */
export const withJson = (command: Command): Command => command.option("--json", "print JSON, for machines");
