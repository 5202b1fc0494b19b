/** The millrace command. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";
import { runCommandLine } from "./program.ts";
import { questions } from "./questions.ts";
import { processTerminal } from "./terminal.ts";

const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };

/** How long what is still open may keep the process after its command has ended: time to write out what was printed. */
const graceMs = 1000;

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal(questions), version);
setTimeout(() => process.exit(), graceMs).unref();
