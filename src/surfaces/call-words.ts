/** Pure: calls as people read them, and the lines of an export. */
import type { CallPurpose } from "#kernel/call-cause.ts";
import { csvLine, utcTime } from "./csv.ts";

/** What calls are made for, in words. */
export const purposeWords: Readonly<Record<CallPurpose, string>> = {
  run: "run",
  trigger: "trigger",
  dry_run: "dry run",
  step_test: "test of a step",
  sample: "sample",
  flow_check: "check of a flow",
  login_test: "test of the login",
  sub_accounts: "sub-accounts",
  subscription: "webhook subscription",
  sync: "sync",
  tags: "cleaning of tags",
  direct: "direct call",
};

interface ExportedCall {
  seq: number;
  at: number;
  durationMs: number;
  connection: { id: string; name: string };
  app: string;
  operation: string;
  method: string;
  address: string;
  status: number | null;
  error: string | null;
  purpose: CallPurpose;
  by: string | null;
  who: string;
  flow: { id: string; name: string | null } | null;
  run: string | null;
  step: string | null;
  person: string | null;
}

/** What came of a call: the status of the answer, or why there was none. */
export const answerWords = ({ status, error }: Pick<ExportedCall, "status" | "error">): string =>
  status === null ? `no answer${error === null ? "" : ` (${error})`}` : error === null ? String(status) : `${status} (${error})`;

/** How calls are written to a file. `head` comes before the first line. */
export const callFormats = {
  csv: {
    type: "text/csv; charset=utf-8",
    extension: "csv",
    head: csvLine([
      "number",
      "time (UTC)",
      "login",
      "login (id)",
      "app",
      "operation",
      "method",
      "address",
      "status",
      "error",
      "ms",
      "for",
      "who",
      "who (id)",
      "flow (id)",
      "run (id)",
      "step",
      "person",
    ]),
    line: (call: ExportedCall) =>
      csvLine([
        String(call.seq),
        utcTime(call.at),
        call.connection.name,
        call.connection.id,
        call.app,
        call.operation,
        call.method,
        call.address,
        call.status === null ? "" : String(call.status),
        call.error ?? "",
        String(call.durationMs),
        purposeWords[call.purpose],
        call.who,
        call.by ?? "",
        call.flow?.id ?? "",
        call.run ?? "",
        call.step ?? "",
        call.person ?? "",
      ]),
  },
  jsonl: {
    type: "application/x-ndjson; charset=utf-8",
    extension: "jsonl",
    head: "",
    line: ({ at, ...call }: ExportedCall) => `${JSON.stringify({ ...call, at: new Date(at).toISOString() })}\n`,
  },
} as const;

export type CallFormatName = keyof typeof callFormats;
