import { readFileSync } from "node:fs";
import { join } from "node:path";

export const flowsPage = readFileSync(join(import.meta.dirname, "../../docs/flows.md"), "utf8");

/** The examples of docs/flows.md that are marked as flows, triggers, steps or settings. */
export const examples = (mark: string) =>
  [...flowsPage.matchAll(/^```json (\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, info]) => info === mark)
    .map(([, , body]) => JSON.parse(body!) as object);

/** A whole flow around an example of each mark. */
export const around: Record<string, (part: object) => object> = {
  flow: (flow) => flow,
  trigger: (trigger) => ({ name: "Example", trigger, steps: [] }),
  step: (step) => ({ name: "Example", trigger: { app: "http", operation: "webhook" }, steps: [step] }),
  settings: (settings) => ({ name: "Example", trigger: { app: "http", operation: "webhook" }, steps: [], settings }),
};

/** Every example of the page as a whole flow. */
export const exampleFlows = (): object[] => Object.keys(around).flatMap((mark) => examples(mark).map((part) => around[mark]!(part)));
