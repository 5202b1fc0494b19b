import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, vi } from "vitest";
import type { FlowDefinition, FlowDetail, LintFinding } from "#api/schemas.ts";
import { appList, catalogJson } from "#test/support/built-in.ts";
import { FlowDraftProvider, useDraft } from "./draft/context.tsx";
import type { FlowDraft } from "./draft/flow-draft.ts";
import { FlowEditor } from "./editor.tsx";
import { ChosenSampleProvider } from "./trying/chosen-sample.tsx";
import { JsonTab } from "./json/json-tab.tsx";

/** For tests: the real editor on a page that is not shown. */

let catalog = { operations: catalogJson() };
const whole = catalog;
const connections = {
  connections: [{ id: "c1", name: "acme", title: "Acme Dental", app: "highlevel", status: "connected", locationId: "loc_1" }],
};
const dryRun = { summary: "", outline: [], effects: [], steps: [] };
let findings: readonly LintFinding[] = [];
/** What was saved. */
export const saves: unknown[] = [];

function answer(url: string, method: string): unknown {
  if (method === "PUT") {
    saves.push(url);
    return {};
  }
  if (url.includes("/catalog")) return catalog;
  if (url.includes("/apps")) return appList;
  if (url.includes("/connections")) return connections;
  if (url.includes("/lint")) return { checkedAt: 0, findings };
  if (url.includes("/samples")) return { samples: [] };
  if (url.includes("/dry-run")) return dryRun;
  if (url.includes("/step-tests")) return { tests: [] };
  if (url.includes("/inboxes")) return { inboxes: [] };
  return {};
}

/** The evaluator works beside the page: what a field gives with a sample is not waited for here. */
class SilentWorker extends EventTarget {
  postMessage(): void {}
}

/** Nothing has a look here, and working that out took an eighth of the time. */
const noStyle = document.createElement("div").style;

/** The page around the editor, for each test of a file. */
export function stubPage(): void {
  beforeEach(() => {
    saves.length = 0;
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    vi.stubGlobal(
      "EventSource",
      class extends EventTarget {
        close(): void {}
      },
    );
    vi.stubGlobal("Worker", SilentWorker);
    vi.stubGlobal("getComputedStyle", () => noStyle);
    vi.stubGlobal("fetch", (url: string, { method = "GET" } = {}) => Promise.resolve(new Response(JSON.stringify(answer(url, method)))));
  });
  afterEach(() => vi.unstubAllGlobals());
}

/** A flow as the server gives it. */
export const detail = (definition: FlowDefinition): FlowDetail =>
  ({
    id: "flow_1",
    name: "Any flow",
    status: "draft",
    version: null,
    changed: true,
    sentence: "",
    draftSentence: null,
    trigger: {
      kind: "webhook",
      title: "T",
      app: definition.trigger.app,
      signable: false,
      hookUrl: null,
      hookSubscription: null,
      proof: null,
      inboxes: null,
      inbox: null,
      everyMs: null,
      nextAt: null,
      lastAt: null,
      lastError: null,
      subscription: null,
      sooner: [],
      watches: false,
    },
    counts: {},
    lastRunAt: null,
    lint: null,
    createdAt: 0,
    updatedAt: 0,
    definition,
    revision: 1,
    problems: [],
    notices: [],
    versions: [],
  }) as unknown as FlowDetail;

interface Wish {
  /** The flow was just made. */
  begun?: true;
  /** Only these of the catalog, by their keys: less to draw. */
  operations?: readonly string[];
  /** What the server says that it lacks. */
  problems?: FlowDetail["problems"];
  /** What its check finds in it. */
  findings?: readonly LintFinding[];
}

/** Opens a flow in the editor, and gives its draft. */
export async function openEditor(definition: FlowDefinition, { begun, operations, problems = [], findings: lintFindings = [] }: Wish = {}) {
  catalog = operations === undefined ? whole : { operations: whole.operations.filter(({ key }) => operations.includes(key)) };
  findings = lintFindings;
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  cache.setQueryData(["catalog"], catalog.operations);
  cache.setQueryData(["apps"], appList);
  cache.setQueryData(["connections"], connections.connections);
  const held: { draft?: FlowDraft } = {};
  const Draft = () => {
    const draft = useDraft();
    useEffect(() => void (held.draft = draft), [draft]);
    return null;
  };
  const flow = { ...detail(definition), problems };
  const router = createRouter({
    routeTree: createRootRoute({
      component: () => (
        <FlowDraftProvider flow={flow}>
          <Draft />
          <div role="tabpanel">
            <ChosenSampleProvider>
              <FlowEditor flow={flow} at={undefined} beside={null} />
            </ChosenSampleProvider>
          </div>
          <JsonTab flow={flow} />
        </FlowDraftProvider>
      ),
    }),
    history: createMemoryHistory(),
  });
  if (begun) router.history.replace("/", { begun });
  const page = document.body.appendChild(document.createElement("div"));
  const root = createRoot(page);
  await act(async () => {
    await router.load();
    root.render(
      <QueryClientProvider client={cache}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>,
    );
  });
  const close = () =>
    act(async () => {
      root.unmount();
      page.remove();
    });
  return { draft: held.draft!, page, close };
}
