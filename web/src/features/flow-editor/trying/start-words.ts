import type { FlowDetail } from "#api/schemas.ts";

/** Pure: what is said where a flow that needs no event can be started. */
export interface StartWords {
  about: string;
  /** What the button does. */
  runs: string;
  /** Why it cannot be pressed; null: it can. */
  blocked: string | null;
}

/** The words for a flow that starts by the clock or by hand. */
export function startWords({ trigger: { kind }, version, changed, status }: FlowDetail): StartWords {
  const starts = kind === "schedule" ? "by the clock" : "by hand";
  return {
    about: `This flow starts ${starts}, so it needs no event. The dry run beside its steps shows what it would do if it started now, and changes nothing.`,
    runs: `This starts version ${version} for real, and it may change records.${changed ? " The changes of the draft are not in it." : ""}`,
    blocked:
      version === null
        ? "Publish the flow first: what runs is the published version."
        : status === "on"
          ? null
          : "The flow is paused. Resume it first.",
  };
}
