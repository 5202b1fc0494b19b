import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { EmbedTokenInput, FlowDefinition, TagDeedInput } from "#api/schemas.ts";
import { type CallFilter, type ChangeFilter, type RunFilter, type SyncLinkFilter, api } from "./api.ts";
import { setWorkspace } from "./session.ts";

/** How many runs a page of the list holds. */
export const runsPerPage = 50;
const changesPerPage = 100;

/** Who is signed in, and what they may do. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: ["session"],
    queryFn: async () => {
      const session = await api.session.get();
      setWorkspace(session.workspace.id);
      return session;
    },
    staleTime: 60_000,
  });
export const signInWaysQuery = () => queryOptions({ queryKey: ["session", "ways"], queryFn: () => api.session.ways() });
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["session", "invitation", token],
    queryFn: () => api.session.openInvitation({ body: { invitation: token } }),
    staleTime: Infinity,
  });
export const ownSessionsQuery = () =>
  queryOptions({ queryKey: ["account", "sessions"], queryFn: async () => (await api.account.sessions()).sessions });
export const passkeysQuery = () =>
  queryOptions({ queryKey: ["account", "passkeys"], queryFn: async () => (await api.account.passkeys()).passkeys });
export const membersQuery = () => queryOptions({ queryKey: ["members"], queryFn: async () => (await api.members.list()).members });
export const invitationsQuery = () =>
  queryOptions({ queryKey: ["invitations"], queryFn: async () => (await api.invitations.list()).invitations });
/** The agents that signed in, and the address that is given to one. */
export const agentsQuery = () => queryOptions({ queryKey: ["agents"], queryFn: () => api.agents.list() });
/** What waits for a person to approve it, and what was approved with an outcome that nobody knows. */
export const approvalsQuery = () =>
  queryOptions({ queryKey: ["approvals"], queryFn: async () => (await api.approvals.list({ query: { attention: "true" } })).approvals });
export const approvalQuery = (id: string) => queryOptions({ queryKey: ["approvals", id], queryFn: () => api.approvals.get({ id }) });
export const apiKeysQuery = () => queryOptions({ queryKey: ["api-keys"], queryFn: async () => (await api.apiKeys.list()).keys });
export const allowedAddressesQuery = () =>
  queryOptions({ queryKey: ["allowed-addresses"], queryFn: () => api.workspaces.allowedAddresses() });
/** What a client sees. It follows what happens by asking: clients have no live line. */
export const clientQuery = () => queryOptions({ queryKey: ["client"], queryFn: () => api.client.get(), refetchInterval: 30_000 });
/** What messages to people have to keep. */
export const messagePolicyQuery = () => queryOptions({ queryKey: ["message-policy"], queryFn: () => api.messages.policy() });
export const overviewQuery = () => queryOptions({ queryKey: ["overview"], queryFn: () => api.overview.get(), refetchInterval: 30_000 });
export const flowsQuery = () => queryOptions({ queryKey: ["flows"], queryFn: async () => (await api.flows.list()).flows });
export const flowQuery = (id: string) => queryOptions({ queryKey: ["flows", id], queryFn: () => api.flows.get({ id }) });
/** The published versions, newest first. `published`: which of them runs, since another one makes another list. */
export const versionsQuery = (id: string, published: number | null) =>
  queryOptions({ queryKey: ["flows", id, "versions", published], queryFn: async () => (await api.flows.versions({ id })).versions });
export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ["flows", id, "version", version],
    queryFn: () => api.flows.version({ id, version: String(version) }),
    staleTime: Infinity,
  });
/** What is different between two states of a flow: a version's number, `published` or `draft`. `revision`: of the draft that is meant. */
export const comparisonQuery = (id: string, from: string, to: string, revision?: number) =>
  queryOptions({
    queryKey: ["flows", id, "comparison", from, to, revision],
    queryFn: () => api.flows.compare({ id, query: { from: stateOf(from), to: stateOf(to) } }),
  });
/** All that a state of a flow says. */
export const flowPartsQuery = (id: string, state: "draft" | "published", revision?: number) =>
  queryOptions({
    queryKey: ["flows", id, "parts", state, revision],
    queryFn: async () => (await api.flows.compare({ id, query: { from: "nothing", to: state } })).parts,
  });
const stateOf = (text: string): "draft" | "published" | number => (text === "draft" || text === "published" ? text : Number(text));
export const samplesQuery = (id: string) =>
  queryOptions({ queryKey: ["flows", id, "samples"], queryFn: async () => (await api.flows.samples({ id })).samples });
/** The samples of a trigger as it is on the page, saved or not. */
export const triggerSamplesQuery = (id: string, definition: FlowDefinition, read: "all" | "connected" | "nothing") =>
  queryOptions({
    queryKey: ["flows", id, "samples", JSON.stringify(definition.trigger), read],
    queryFn: async () => (await api.flows.samplesFor({ id, body: { definition: { ...definition, steps: [] }, read } })).samples,
  });
/** The last test of each step. */
export const stepTestsQuery = (id: string) =>
  queryOptions({ queryKey: ["flows", id, "step-tests"], queryFn: async () => (await api.flows.stepTests({ id })).tests });
export const connectionsQuery = () =>
  queryOptions({ queryKey: ["connections"], queryFn: async () => (await api.connections.list()).connections });
/** The sub-accounts of an agency's login: whoever opens the list looks for one that is new. */
export const subAccountsQuery = (id: string) =>
  queryOptions({
    queryKey: ["connections", id, "sub-accounts"],
    queryFn: async () => (await api.connections.subAccounts({ id })).subAccounts,
    staleTime: 0,
  });
/** What a login allowed at an app's page asks for. `connection`: of one that is there. */
export const consentNeedsQuery = (app: string, connection?: string) =>
  queryOptions({
    queryKey: ["consents", app, connection ?? ""],
    queryFn: () => api.consents.needs({ query: { app, ...(connection !== undefined && { connection }) } }),
  });
export const privateHostsQuery = () =>
  queryOptions({ queryKey: ["private-hosts"], queryFn: async () => (await api.privateHosts.list()).hosts });
/** Replays that wait for a connection. */
export const waitingReplaysQuery = () =>
  queryOptions({ queryKey: ["runs", "waiting-replays"], queryFn: async () => (await api.runs.waitingReplays()).waiting });
export const embedOriginsQuery = () =>
  queryOptions({ queryKey: ["embed-origins"], queryFn: async () => (await api.embedOrigins.list()).origins });
export const connectLinksQuery = () => queryOptions({ queryKey: ["connect-links"], queryFn: () => api.connectLinks.list() });
/** A token for the page of a chart, which this page shows itself. The key holds what it is of, so each choice has its own. */
export const chartPreviewQuery = (body: EmbedTokenInput) =>
  queryOptions({
    queryKey: ["embed-tokens", body],
    queryFn: () => api.embedTokens.create({ body }),
    staleTime: 30 * 60_000,
    gcTime: 30 * 60_000,
  });
export const webhookEndpointsQuery = () =>
  queryOptions({ queryKey: ["webhook-endpoints"], queryFn: async () => (await api.webhookEndpoints.list()).endpoints });
/** The tags of all sub-accounts, as they were last read. */
export const tagsQuery = () => queryOptions({ queryKey: ["tags", "list"], queryFn: () => api.tags.list() });
const whileTagsChangeMs = 1_500;
/** Changes of tags, with how far each is. */
export const tagJobsQuery = () =>
  queryOptions({
    queryKey: ["tags", "jobs"],
    queryFn: async () => (await api.tags.jobs()).jobs,
    refetchInterval: ({ state }) => (state.data?.some((job) => job.state === "running") ? whileTagsChangeMs : 5_000),
  });
/** What a change of tags would touch. It is counted anew whenever somebody asks. */
export const tagPreviewQuery = (body: TagDeedInput) =>
  queryOptions({ queryKey: ["tags", "preview", body], queryFn: () => api.tags.preview({ body }), staleTime: 0, gcTime: 0, retry: false });
export const tagRulesQuery = () => queryOptions({ queryKey: ["tags", "rules"], queryFn: async () => (await api.tags.rules()).rules });
/** What an endpoint was sent, page by page, the newest first. */
export const webhookDeliveriesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["webhook-deliveries", id],
    queryFn: ({ pageParam }) =>
      api.webhookEndpoints.deliveries({ id, query: { limit: 50, ...(pageParam !== null && { before: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
export const inboxesQuery = () => queryOptions({ queryKey: ["inboxes"], queryFn: async () => (await api.inboxes.list()).inboxes });
export const ledgerQuery = (id: string) => queryOptions({ queryKey: ["flows", id, "ledger"], queryFn: () => api.flows.ledger({ id }) });
export const lintQuery = (id: string) => queryOptions({ queryKey: ["flows", id, "lint"], queryFn: () => api.flows.lint({ id }) });
/** Flow templates: the workspace's own, then those that come with Millrace. */
export const templatesQuery = () =>
  queryOptions({ queryKey: ["templates"], queryFn: async () => (await api.templates.list()).templates, staleTime: 60_000 });
export const templateQuery = (id: string) => queryOptions({ queryKey: ["templates", id], queryFn: () => api.templates.get({ id }) });
/** The guided set-up of a flow; null where it is not being set up. */
export const setupQuery = (flowId: string) =>
  queryOptions({ queryKey: ["flows", flowId, "setup"], queryFn: async () => (await api.templates.setup({ id: flowId })).setup });
/** The apps, with their logins and marks. */
export const appsQuery = () => queryOptions({ queryKey: ["apps"], queryFn: () => api.apps.list() });
/** The catalog changes with the server's version, and with the workspace's own apps (see `useFreshCatalog`). */
export const catalogQuery = () =>
  queryOptions({
    queryKey: ["catalog"],
    queryFn: async () => (await api.catalog.search()).operations,
    staleTime: Infinity,
    gcTime: Infinity,
  });
/** The same with every endpoint of the apps that have them under keys of their own: more than a megabyte, so only where it is asked for. */
export const endpointsQuery = () =>
  queryOptions({
    queryKey: ["catalog", "endpoints"],
    queryFn: async () => (await api.catalog.search({ query: { endpoints: "true" } })).operations,
    staleTime: Infinity,
  });
/** One operation by its key; also an endpoint's, and one of the newer API. */
export const operationQuery = (app: string, key: string) =>
  queryOptions({
    queryKey: ["catalog", "operation", app, key],
    queryFn: async () => (await api.catalog.search({ query: { app, key } })).operations[0] ?? null,
    staleTime: Infinity,
  });
/** What flows share: the rules as the mapping language reads them. */
export const rulesOfPartsQuery = () =>
  queryOptions({ queryKey: ["rules", "as read"], queryFn: async () => (await api.parts.export()).rules ?? {} });
export const rulesQuery = () => queryOptions({ queryKey: ["rules"], queryFn: async () => (await api.rules.list()).rules });
export const ruleQuery = (name: string) => queryOptions({ queryKey: ["rules", name], queryFn: () => api.rules.get({ name }) });
export const mappingsQuery = () => queryOptions({ queryKey: ["mappings"], queryFn: async () => (await api.mappings.list()).mappings });
/** The mapping templates of one operation. */
export const mappingsOfQuery = (app: string, operation: string) =>
  queryOptions({
    queryKey: ["mappings", "of", app, operation],
    queryFn: async () => (await api.mappings.list({ query: { app, operation } })).mappings,
  });
export const mappingQuery = (name: string) =>
  queryOptions({ queryKey: ["mappings", "one", name], queryFn: () => api.mappings.get({ name }) });
export const runQuery = (id: string) => queryOptions({ queryKey: ["run", id], queryFn: () => api.runs.get({ id }) });

/** The steps of a long run beyond those that come with it. */
export const furtherStepsQuery = (run: { id: string; nextStep: number | null }) =>
  infiniteQueryOptions({
    queryKey: ["run", run.id, "steps"],
    queryFn: ({ pageParam }) => api.runs.steps({ id: run.id, query: { after: pageParam ?? -1, limit: 200 } }),
    initialPageParam: run.nextStep,
    getNextPageParam: (last) => last.next,
  });

/** A short list that simply follows what happens: the home page, a flow's last runs. */
export const latestRunsQuery = (filter: RunFilter, limit: number) =>
  queryOptions({
    queryKey: ["runs", "latest", filter, limit],
    queryFn: () => api.runs.list({ query: { ...filter, limit } }),
    placeholderData: keepPreviousData,
  });

/**
 * The run list. Never refetched behind the reader's back: what is new is looked up apart and waits behind the pill.
 */
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", "list", filter],
    queryFn: ({ pageParam }) =>
      api.runs.list({ query: { ...filter, limit: runsPerPage, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: Infinity,
  });

export const healthQuery = () => queryOptions({ queryKey: ["health"], queryFn: () => api.health.get(), staleTime: 0 });

/** Who changed what, newest first. */
export const changesQuery = (filter: ChangeFilter) =>
  infiniteQueryOptions({
    queryKey: ["changes", "list", filter],
    queryFn: ({ pageParam }) =>
      api.changes.list({ query: { ...filter, limit: changesPerPage, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
/** Which login was used for which call, newest first. */
export const callsQuery = (filter: CallFilter, perPage = changesPerPage) =>
  infiniteQueryOptions({
    queryKey: ["calls", "list", filter, perPage],
    queryFn: ({ pageParam }) =>
      api.calls.list({ query: { ...filter, limit: perPage, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
export const changePeopleQuery = () =>
  queryOptions({ queryKey: ["changes", "people"], queryFn: async () => (await api.changes.people()).people });

/** All syncs, and how each stands. */
export const syncsQuery = () => queryOptions({ queryKey: ["syncs"], queryFn: async () => (await api.syncs.list()).syncs });
export const syncQuery = (id: string) => queryOptions({ queryKey: ["syncs", id], queryFn: () => api.syncs.get({ id }) });
/** What stands in the way of a start. `revision`: of the sync that is meant. */
export const syncProblemsQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ["syncs", id, "problems", revision],
    queryFn: async () => (await api.syncs.check({ id })).problems,
    placeholderData: keepPreviousData,
  });
/** What a first sync would do; asked again as long as it is being worked out. */
export const syncPreviewQuery = (id: string) =>
  queryOptions({
    queryKey: ["syncs", id, "preview"],
    queryFn: () => api.syncs.preview({ id }),
    refetchInterval: ({ state }) => (state.data?.state === "reading" ? 1_500 : false),
  });
/** Pairs of a sync, page by page. */
export const syncLinksQuery = (id: string, filter: SyncLinkFilter) =>
  infiniteQueryOptions({
    queryKey: ["syncs", id, "links", filter],
    queryFn: ({ pageParam }) => api.syncs.links({ id, query: { ...filter, limit: 50, ...(pageParam !== null && { after: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
export const syncLinkQuery = (id: string, link: string) =>
  queryOptions({ queryKey: ["syncs", id, "link", link], queryFn: () => api.syncs.link({ id, link }) });
/** What a sync wrote, the newest first. */
export const syncWritesQuery = (id: string, batch?: string) =>
  infiniteQueryOptions({
    queryKey: ["syncs", id, "writes", batch ?? ""],
    queryFn: ({ pageParam }) =>
      api.syncs.writes({
        id,
        query: { limit: 50, ...(batch !== undefined && { batch }), ...(pageParam !== null && { before: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
/** Syncs that are worked out already, to begin with. */
export const readySyncsQuery = () =>
  queryOptions({ queryKey: ["ready-syncs"], queryFn: async () => (await api.syncs.ready()).ready, staleTime: 60_000 });
/** The kinds of records of an app that can be kept in step, with the fields of a connection's account. */
export const recordTypesQuery = (app: string, connection?: string) =>
  queryOptions({
    queryKey: ["record-types", app, connection ?? ""],
    queryFn: async () => (await api.syncs.types({ query: { app, ...(connection !== undefined && { connection }) } })).types,
    staleTime: 5 * 60_000,
  });

export const attentionQuery = () =>
  infiniteQueryOptions({
    queryKey: ["runs", "attention"],
    queryFn: ({ pageParam }) =>
      api.runs.list({ query: { attention: "true", limit: 200, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
