/** The thread in which an export of another tool is read: it can be ended, whatever the file does to it. */
import { parentPort, workerData } from "node:worker_threads";
import { MillraceError } from "#kernel/errors.ts";
import type { CatalogPack } from "./pack.ts";
import { readExport } from "./read-export.ts";
import type { Imported } from "./result.ts";

export interface ExportTask {
  kind: "export";
  text: string;
  pack: CatalogPack;
}

function answer({ text, pack }: ExportTask): { read: Imported } | { refused: string } | { broke: string } {
  try {
    return { read: readExport(text, pack) };
  } catch (err) {
    if (err instanceof MillraceError && err.code === "BAD_INPUT") return { refused: String(err.details["problem"]) };
    return { broke: err instanceof Error ? (err.stack ?? err.message) : String(err) };
  }
}

parentPort?.postMessage(answer(workerData as ExportTask));
