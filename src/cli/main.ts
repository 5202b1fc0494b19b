/** The millrace command. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";
import { runCommandLine } from "./program.ts";
import { questions } from "./questions.ts";
import { processTerminal } from "./terminal.ts";

const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal(questions), version);
