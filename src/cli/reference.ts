/** Pure: the reference page of the command line, written from the commands themselves. */
import type { Command, Option } from "commander";
import { examplesOf, speakingCommands } from "./help.ts";

/** A chapter for each command of the first level, a section for each that can be typed. */
export function referencePage(program: Command): string {
  return `${head}\n${program.commands.map((command) => chapter(command)).join("\n")}`;
}

const head = `# The command line

\`node bin/millrace.mjs <command>\` in Millrace's folder, or \`npm run millrace -- <command>\`; below it is called \`millrace\`. Each command has
\`--help\`. This page is written from the code by \`npx tsx tools/cli-page.ts\`.

${speakingCommands((name) => `\`${name}\``)} speak to a running Millrace. Without settings that is the one of the data folder (\`MILLRACE_DATA\`,
by default \`./data\`), whose key they find there. For one that runs elsewhere:

\`\`\`sh
export MILLRACE_URL=https://millrace.example.com MILLRACE_API_KEY=mr_…
\`\`\`

- The result is on standard output, everything else on standard error. \`--json\` prints the result, and an error, as JSON.
- Exit codes: 0 done, 1 refused or failed, 2 not given right.
- Secrets are asked for at the keyboard or read from standard input, never from arguments.
- A flow or a connection is named by its name, the beginning of it, or its id.
`;

function chapter(command: Command): string {
  const sections = command.commands.length === 0 ? [details(command)] : command.commands.map((each) => section(each));
  const intro = command.commands.length === 0 ? "" : `${command.description()}.\n\n`;
  return `## ${pathOf(command)}\n\n${intro}${sections.join("\n")}`;
}

const section = (command: Command) => `### ${pathOf(command)}\n\n${details(command)}`;

function details(command: Command): string {
  const rows = [
    ...command.registeredArguments.map(
      (argument) => [argument.required ? `<${argument.name()}>` : `[${argument.name()}]`, argument.description] as const,
    ),
    ...command.options.filter(({ long }) => long !== "--json").map((option) => [option.flags, meaningOf(option)] as const),
  ];
  const table = rows.map(([name, text]) => `| \`${name}\` | ${text.replaceAll("|", "\\|")} |\n`).join("");
  const examples = `\`\`\`sh\n${examplesOf(command).join("\n")}\n\`\`\`\n`;
  return `${command.description()}.\n\n${table === "" ? "" : `| | |\n|--|--|\n${table}\n`}${examples}`;
}

function meaningOf({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? "" : ` (${argChoices.map((choice) => `\`${choice}\``).join(", ")})`;
  const usual = typeof defaultValue === "string" || typeof defaultValue === "number" ? `; \`${defaultValue}\` when absent` : "";
  return description + choices + usual;
}

const pathOf = (command: Command): string => (command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name());
