// Writes docs/cli.md from the commands' own descriptions. `tsx tools/cli-page.ts`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProgram } from "#cli/program.ts";
import { questions } from "#cli/questions.ts";
import { referencePage } from "#cli/reference.ts";
import { processTerminal } from "#cli/terminal.ts";
import { createTools } from "#cli/tools.ts";
import { packageRoot } from "#kernel/root.ts";

writeFileSync(join(packageRoot(), "docs/cli.md"), referencePage(createProgram(createTools(processTerminal(questions)), "")));
