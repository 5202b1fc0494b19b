/** The thread in which one text is read: it can be ended, whatever the text does to it. */
import { parentPort, workerData } from "node:worker_threads";
import { MillraceError } from "#kernel/errors.ts";
import { readText, type ReadTask, type WhatIsRead } from "./read-text.ts";

/** What was read, what is wrong with the text, or the error of a bug in the reader. */
export type ReadAnswer = { read: WhatIsRead[ReadTask["kind"]] } | { refused: string } | { broke: string };

async function answer(task: ReadTask): Promise<ReadAnswer> {
  try {
    return { read: await readText(task) };
  } catch (err) {
    if (err instanceof MillraceError && err.code === "BAD_INPUT") return { refused: String(err.details["problem"]) };
    return { broke: err instanceof Error ? (err.stack ?? err.message) : String(err) };
  }
}

parentPort?.postMessage(await answer(workerData as ReadTask));
