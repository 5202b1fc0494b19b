import { describe, expect, test } from "vitest";
import type { FlowView, RunView } from "#api/schemas.ts";
import { attentionOf, lostIn } from "./causes.ts";
import { groupByCause } from "./groups.ts";
import { countOf } from "./use-attention.ts";
import { anyConnection, anyFlow, anyRun } from "./views.test-support.ts";

type Trouble = NonNullable<FlowView["lint"]>["troubles"][number];

const removed: Trouble = {
  level: "error",
  at: "steps[0].connection",
  step: "contact",
  field: null,
  problem: "the connection 'Acme Dental' was removed",
  fix: "Add it under Connections, or name another one here.",
  where: "step 1, Connection",
  repair: { from: "acme", choices: ["bright"], near: false },
  cause: { kind: "connection", app: "highlevel", connection: "acme", title: "Acme Dental" },
  places: 5,
};
const lostField: Trouble = {
  ...removed,
  at: "steps[0].input.customFields.Score",
  field: "customFields",
  problem: "'bright' has no custom field 'Score' any more",
  repair: { from: "Score", choices: ["NPS"], near: true },
  cause: { kind: "name", app: "highlevel", connection: "bright", of: "Score" },
};

const flow = (id: string, troubles: Trouble[], more: Partial<FlowView> = {}): FlowView =>
  anyFlow(id, { lint: { errors: troubles.length, warnings: 0, troubles }, ...more });
const run = (id: string, flowId: string, code: string, details: Record<string, unknown>): RunView =>
  anyRun({ id, flow: { id: flowId, name: flowId, version: 1 }, error: { code, message: "stopped", details } });
const bright = anyConnection("bright", { title: "Bright Smile" });
const seen = (more: Partial<Parameters<typeof attentionOf>[0]>) =>
  attentionOf({ flows: [], connections: [bright], outages: [], runs: [], ...more });

describe("what needs attention", () => {
  test("a removed connection is one entry, with every flow that names it and every run that stopped for it", () => {
    const { causes, flows, runs } = seen({
      flows: [flow("a", [removed]), flow("b", [removed]), flow("c", [removed], { status: "draft" })],
      runs: [run("1", "a", "CONNECTION_UNKNOWN", { connection: "acme" }), run("2", "b", "CONNECTION_UNKNOWN", { connection: "acme" })],
    });
    expect(causes).toMatchObject([{ kind: "connection", title: "Acme Dental", runs: [{ id: "1" }, { id: "2" }] }]);
    expect(causes[0]!.flows.map((one) => one.flow.id)).toEqual(["a", "b", "c"]);
    expect(lostIn(causes[0]!)).toMatchObject([{ flowId: "a", field: "connection", from: "acme" }, { flowId: "b" }, { flowId: "c" }]);
    expect([flows, runs]).toEqual([[], []]);
  });

  test("is counted by the runs that stopped: a connection that broke or was removed counts as one before any did", () => {
    const count = (more: Parameters<typeof seen>[0]) => {
      const attention = seen(more);
      return countOf({
        ...attention,
        groups: groupByCause(attention.runs),
        hosts: [],
        waiting: [],
        approvals: [],
        endpoints: [],
        syncs: [],
      });
    };
    expect(count({})).toBe(0);
    expect(count({ connections: [anyConnection("bright", { status: "broken" })] })).toBe(1);
    expect(count({ flows: [flow("a", [removed]), flow("b", [removed])] })).toBe(1);
    expect(count({ runs: [run("1", "a", "HTTP", {}), run("2", "a", "HTTP", {}), run("3", "b", "HTTP", {})] })).toBe(3);
  });

  test("a name that is gone is one entry, and its runs belong to it by flow and name", () => {
    const { causes, runs } = seen({
      flows: [flow("a", [lostField]), flow("b", [lostField])],
      runs: [
        run("1", "b", "STEP_INPUT_INVALID", { step: "contact", field: "customFields.Score", reference: { name: "Score", choices: [] } }),
        run("2", "b", "STEP_INPUT_INVALID", { step: "contact", field: "customFields.Age", reference: { name: "Age", choices: [] } }),
      ],
    });
    expect(causes).toMatchObject([{ kind: "name", of: "Score", title: "Bright Smile", runs: [{ id: "1" }] }]);
    expect(runs.map(({ id }) => id)).toEqual(["2"]);
  });

  test("a login that is refused is one entry, with its flows and with a poll that cannot ask; what keeps runs back comes first", () => {
    const login: Trouble = { ...removed, repair: undefined, cause: { kind: "login", app: "highlevel", connection: "bright" } };
    const lastError = { code: "CONNECTION_REVOKED", message: "no", details: { connection: "bright" } };
    const polling = flow("c", [], { trigger: { ...flow("c", []).trigger, lastError } });
    const { causes, flows } = seen({
      connections: [anyConnection("bright", { status: "broken", title: "Bright Smile" })],
      flows: [flow("z", [removed]), flow("a", [login]), polling],
      outages: [
        {
          host: null,
          app: null,
          since: 1,
          reason: "",
          connection: { id: "con_bright", name: "bright", title: "Bright Smile", status: "broken" },
          nextTryAt: null,
          waiting: 4,
          flows: [],
        },
      ],
    });
    expect(causes.map(({ kind }) => kind)).toEqual(["login", "connection"]);
    expect(causes[0]).toMatchObject({ outage: { waiting: 4 }, flows: [{ flow: { id: "a" } }, { flow: { id: "c" } }] });
    expect(flows).toEqual([]);
  });

  test("what only drafts and paused flows name is nobody's trouble yet, and a run of a login that works again stands by itself", () => {
    const { causes, runs } = seen({
      flows: [flow("a", [removed], { status: "off" })],
      runs: [run("1", "a", "CONNECTION_REVOKED", { connection: "bright" })],
    });
    expect(causes).toEqual([]);
    expect(runs).toHaveLength(1);
  });

  test("a flow keeps an entry of its own for what concerns it alone", () => {
    const { cause: _, repair: __, ...alone } = removed;
    const { flows } = seen({ flows: [flow("a", [alone]), flow("b", [], { reason: "Paused: too many events." }), flow("c", [])] });
    expect(flows.map((one) => one.flow.id)).toEqual(["a", "b"]);
  });
});
