import { MillraceError } from "#kernel/errors.ts";
import type { Questions } from "./terminal.ts";

/** Asks on standard error, so that standard output stays the result. Loaded when the first question comes up. */
export const questions: Questions = {
  async secret(message) {
    const { password, isCancel } = await import("@clack/prompts");
    const answer = await password({ message, output: process.stderr });
    if (isCancel(answer)) throw brokenOff();
    return answer ?? "";
  },
  async confirm(message) {
    const { confirm, isCancel } = await import("@clack/prompts");
    const answer = await confirm({ message, initialValue: false, output: process.stderr });
    if (isCancel(answer)) throw brokenOff();
    return answer;
  },
};

const brokenOff = () => new MillraceError("USAGE", { details: { problem: "Broken off; nothing was changed" } });
