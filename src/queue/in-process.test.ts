import { runQueueContract } from "#test/contracts/run-queue.contract.ts";
import { createInProcessQueue } from "./in-process.ts";

runQueueContract("in process", (clock) => createInProcessQueue({ clock }));
