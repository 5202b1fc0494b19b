import type { FlowView } from "#api/schemas.ts";
import { plural } from "./words.ts";

type Trouble = NonNullable<FlowView["lint"]>["troubles"][number];

/** What is looked at of a flow. */
interface Checked extends Pick<FlowView, "status"> {
  lint: { errors: number; troubles: readonly { level: Trouble["level"]; cause?: { kind: string } | undefined }[] } | null;
}

/** What the last check says of a flow that is on; null where all is well. A draft is nobody's trouble yet. */
export function checkTrouble(flow: Checked): string | null {
  const errors = flow.lint?.errors ?? 0;
  if (flow.status !== "on" || errors === 0) return null;
  return isWaitingForLogin(flow) ? "Runs wait for a login that does not work" : `${plural(errors, "thing")} would make a run fail`;
}

/** Nothing is wrong with a flow that is on but a login that does not work: its runs wait for that and do not fail. */
export function isWaitingForLogin({ status, lint }: Checked): boolean {
  const errors = lint?.troubles.filter(({ level }) => level === "error") ?? [];
  return status === "on" && errors.length > 0 && errors.every(({ cause }) => cause?.kind === "login");
}
