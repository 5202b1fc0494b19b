/**
 * `npm run trial`: breaks the built product on purpose, for ten minutes at most, on this machine's loopback only, and prints what it
 * showed. Ends with 1 when a promise did not hold.
 *   npm run trial -- [--only words of a title]
 */
import { parseArgs } from "node:util";
import { hostile } from "./hostile.ts";
import { kills } from "./kills.ts";
import { logins } from "./logins.ts";
import { store } from "./store.ts";
import type { Outcome, Trial } from "./trial.ts";
import { typing } from "./typing.ts";

const budgetMs = 10 * 60_000;
const { values: options } = parseArgs({ options: { only: { type: "string", default: "" } } });
const trials = [...kills, ...hostile, ...store, ...logins, ...typing].filter(({ title }) => title.includes(options.only));

const began = Date.now();
const deadline = setTimeout(() => {
  console.error("Stopped: longer than ten minutes.");
  process.exit(1);
}, budgetMs);

let broken = 0;
for (const trial of trials) broken += report(trial, Date.now(), await outcomeOf(trial));
clearTimeout(deadline);
console.log(`\n${trials.length} trials in ${Math.round((Date.now() - began) / 1000)} s, ${broken} promises broken`);
process.exitCode = broken === 0 ? 0 : 1;

async function outcomeOf(trial: Trial): Promise<Outcome> {
  try {
    return await trial.run();
  } catch (error) {
    return { figures: {}, broken: [`the trial could not be finished: ${(error as Error).message}`] };
  }
}

function report({ title }: Trial, startedAt: number, { figures, broken: sentences }: Outcome): number {
  const numbers = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  console.log(
    `${sentences.length === 0 ? "ok  " : "FAIL"}  ${title} (${Math.round((Date.now() - startedAt) / 1000)} s)\n      ${numbers.join("; ")}`,
  );
  for (const sentence of sentences) console.log(`      BROKEN: ${sentence}`);
  return sentences.length;
}
