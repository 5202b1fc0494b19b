import { parentPort } from "node:worker_threads";
import type { QuickJSWASMModule } from "quickjs-emscripten";
import { executeScript, type ScriptTask } from "./execute.ts";
import { boundedModule } from "./module.ts";

/** The thread in which scripts are executed, one at a time, each in a QuickJS that no other script has used. */

/** QuickJS asks this thread for its zone. A script's dates are in UTC wherever Millrace runs. */
Date.prototype.getTimezoneOffset = () => 0;

/** The QuickJS of the next script, made while there is nothing to do. */
let fresh: Promise<QuickJSWASMModule> = boundedModule();

async function execute(task: ScriptTask): Promise<void> {
  const module = await fresh;
  const began = performance.now();
  const outcome = executeScript(module, task, () => performance.now());
  parentPort!.postMessage({ ...outcome, durationMs: performance.now() - began });
  fresh = boundedModule();
}

parentPort!.on("message", (task: ScriptTask) => void execute(task));
void fresh.then(() => parentPort!.postMessage("ready"));
