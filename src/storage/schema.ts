import type { Generated } from "kysely";

/** The tables. Text, integer and real only: times are epoch milliseconds, JSON is text opened at the repository's edge, booleans are 0 and 1. */
export interface Schema {
  workspaces: { id: string; name: string; created_at: number; allowed_from: string | null };
  api_keys: {
    id: string;
    workspace_id: string;
    name: string;
    prefix: string;
    hash: string;
    created_at: number;
    last_used_at: number | null;
    /** Null: the workspace's own key, which may do everything in it. */
    role: string | null;
    /** A list in JSON; null: all that the role has. */
    scopes: string | null;
    /** Addresses and ranges, a list in JSON; null: from anywhere. */
    allowed_from: string | null;
    expires_at: number | null;
    made_by: string | null;
  };
  sessions: {
    hash: string;
    workspace_id: string;
    key_id: string;
    created_at: number;
    used_at: number;
    /** Null: signed in without an account. */
    account_id: string | null;
    address: string | null;
    browser: string | null;
  };
  accounts: {
    id: string;
    email: string;
    email_lower: string;
    name: string;
    password_hash: string | null;
    totp_jwe: string | null;
    totp_step: number | null;
    created_at: number;
  };
  members: {
    workspace_id: string;
    account_id: string;
    role: string;
    location_id: string | null;
    created_at: number;
    seen_at: number | null;
  };
  invitations: {
    id: string;
    workspace_id: string;
    email: string;
    role: string;
    location_id: string | null;
    hash: string;
    invited_by: string;
    created_at: number;
    expires_at: number;
  };
  recovery_codes: { account_id: string; hash: string };
  passkeys: {
    id: string;
    account_id: string;
    public_key: string;
    counter: number;
    transports: string;
    name: string;
    created_at: number;
    used_at: number | null;
  };
  identities: { issuer: string; subject: string; account_id: string };
  account_tokens: { hash: string; kind: string; account_id: string | null; data: string; expires_at: number };
  connections: {
    id: string;
    workspace_id: string;
    name: string;
    title: string;
    app: string;
    auth: string;
    base_url: string | null;
    location_id: string | null;
    company_id: string | null;
    access: string | null;
    scopes: string | null;
    settings: string | null;
    former_names: string | null;
    status: string;
    reason: string | null;
    problem: string | null;
    checked_at: number | null;
    checked_by: string | null;
    expires_at: number | null;
    login_at: number | null;
    last_used_at: number | null;
    created_at: number;
    updated_at: number;
  };
  secrets: { connection_id: string; jwe: string; version: number; updated_at: number };
  /** What the store notes about itself; the values are JSON. */
  store_marks: { name: string; value: string };
  leases: { name: string; owner: string; until: number };
  flows: {
    id: string;
    workspace_id: string;
    name: string;
    status: string;
    draft: string;
    version: number | null;
    reason: string | null;
    created_at: number;
    updated_at: number;
    /** Grows with each save of the draft. */
    revision: number;
    folder: string | null;
  };
  flow_versions: {
    workspace_id: string;
    flow_id: string;
    version: number;
    definition: string;
    published_at: number;
    note: string | null;
    published_by: string | null;
  };
  triggers: {
    id: string;
    workspace_id: string;
    flow_id: string;
    kind: string;
    token: string | null;
    active: number;
    next_at: number | null;
    every_ms: number | null;
    state: string;
    last_at: number | null;
    last_error: string | null;
  };
  seen: { trigger_id: string; item_key: string; hash: string; seen_at: number };
  events: {
    /** Numbered by the commit. */
    seq: Generated<number>;
    id: string;
    workspace_id: string;
    trigger_id: string;
    event_key: string;
    payload: string;
    person: string | null;
    received_at: number;
    record: string | null;
    happened_at: number | null;
  };
  runs: {
    /** Numbered by the commit: what orders runs, whatever clock made their ids. */
    seq: Generated<number>;
    id: string;
    workspace_id: string;
    flow_id: string;
    version: number;
    event_id: string;
    state: string;
    lane: string;
    due_at: number;
    person: string | null;
    summary: string | null;
    error: string | null;
    attention: number;
    replay_of: string | null;
    origin: string | null;
    created_at: number;
    finished_at: number | null;
    record: string | null;
    settling: number;
    merged: number;
    recovered: number;
    previous: string | null;
    /** The keys by which a search finds it: a JSON list of [kind, key, text as written]. Null: not indexed yet. */
    people: string | null;
    waiting: string | null;
    /** While a call is repeated: who and what, the same for all runs that wait for the same. */
    outage: string | null;
    worked_ms: number | null;
    /** Who started it by hand. */
    starter: string | null;
    /** The process that executes it; its lease lasts as long as its row in `run_owners`. */
    lease_owner: string | null;
    /** Grows with each claim. */
    lease_no: number;
    /** Somebody asked its owner to end it. */
    cancel_requested: number;
  };
  /** Processes that execute runs, and until when each of them certainly lives. */
  run_owners: { id: string; until: number };
  /**
   * The people of runs by their keys. `people_sorted`: one row, with the last run whose keys are sorted in. `people_due`: runs up to there
   * that got keys later.
   */
  run_people: { workspace_id: string; kind: string; key: string; run_seq: number };
  people_sorted: { up_to: number };
  people_due: { seq: Generated<number>; run_id: string };
  /** One row while runs of an earlier release are being read for their people: those below `before` are left. */
  people_progress: { before: number; done: number; total: number };
  steps: {
    run_id: string;
    path: string;
    seq: number;
    state: string;
    app: string | null;
    operation: string | null;
    effect: string | null;
    input: string | null;
    output: string | null;
    attempts: string;
    error: string | null;
    started_at: number;
    finished_at: number | null;
  };
  /** Of a run that was executing when a process crashed: in how many crashes, and which process was the last of them. */
  run_crashes: { run_id: string; crashes: number; process: string };
  /** The last state of a record, for flows that read old and new values. `at`: when that state was, as its sender says. */
  record_states: { trigger_id: string; record: string; state: string; at: number };
  /** The last state of a record, for a change trigger. */
  watched_records: { trigger_id: string; record: string; epoch: string; state: string; at: number; by: string };
  /** What a change trigger made of its observations of records, with the newest as an example. */
  observation_counts: {
    trigger_id: string;
    outcome: string;
    by: string;
    count: number;
    last_at: number;
    last_record: string;
    last_note: string;
  };
  inboxes: {
    id: string;
    workspace_id: string;
    app: string;
    name: string;
    title: string;
    token: string;
    registration: string | null;
    public_key: string | null;
    legacy: number;
    legacy_key: string | null;
    /** JSON; null: from everywhere. */
    senders: string | null;
    created_at: number;
    flows: string | null;
  };
  /** How many events of a type an inbox received for a sub-account. */
  reception_counts: { inbox_id: string; type: string; place: string; count: number; last_at: number };
  /** The ledger of a reconciled trigger: what the webhook reported and what the poll found. */
  ledger_entries: {
    trigger_id: string;
    item: string;
    by: string;
    at: number;
    found_at: number | null;
    up_to: number | null;
    event_id: string | null;
  };
  flow_references: {
    flow_id: string;
    at: string;
    connection: string;
    text: string;
    value: string;
    label: string;
    checked_at: number;
  };
  reference_pins: {
    workspace_id: string;
    place: string;
    kind: string;
    parent: string;
    name: string;
    id: string;
    label: string;
    seen_at: number;
  };
  /** What the last check of a flow found. */
  flow_lint: { flow_id: string; checked_at: number; findings: string };
  /** What each step of a flow did when it was last tried by itself. */
  step_tests: { workspace_id: string; flow_id: string; step: string; test: string; at: number };
  /** A draft tried on events that were kept. */
  backtests: {
    id: string;
    workspace_id: string;
    flow_id: string;
    state: string;
    done: number;
    total: number;
    report: string;
    started_at: number;
    updated_at: number;
    principal: string | null;
  };
  /** Apps that a workspace defined itself. */
  apps: { workspace_id: string; name: string; definition: string; revision: number; created_at: number; updated_at: number };
  /** Each definition that an app of a workspace had; `principal`: who saved it. */
  app_versions: {
    workspace_id: string;
    name: string;
    revision: number;
    definition: string;
    operations: number;
    triggers: number;
    saved_at: number;
    principal: string | null;
  };
  /** Flow templates that a workspace saved. */
  templates: { id: string; workspace_id: string; title: string; definition: string; created_at: number; updated_at: number };
  /** Set-ups of flows that are not published yet: what is asked, and the step its user is at. */
  flow_setups: { flow_id: string; workspace_id: string; questions: string; step: number; created_at: number };
  /** Rules and mapping templates as they are now. */
  parts: {
    workspace_id: string;
    kind: string;
    name: string;
    version: number;
    definition: string;
    created_at: number;
    updated_at: number;
  };
  /** What each of them was, the newest versions. `principal`: who saved it. */
  part_versions: {
    workspace_id: string;
    kind: string;
    name: string;
    version: number;
    definition: string;
    saved_at: number;
    principal: string | null;
  };
  /** Hosts on private addresses that somebody allowed in the web app. */
  private_hosts: { workspace_id: string; host: string; added_at: number };
  /** Consents that people have begun and not finished. */
  consents: {
    id: string;
    workspace_id: string;
    asked_by: string;
    connection_id: string | null;
    login: string;
    redirect_uri: string;
    jwe: string;
    expires_at: number;
  };
  /** Addresses of flows that apps were told, or are to be told. `problem` is JSON; `jwe` a secret that came with it. */
  hook_subscriptions: {
    id: string;
    workspace_id: string;
    trigger_id: string;
    flow_id: string;
    app: string;
    operation: string;
    connection_id: string;
    address: string;
    fingerprint: string;
    state: string;
    remote_id: string | null;
    jwe: string | null;
    sent_at: number | null;
    attempts: number;
    next_at: number | null;
    claimed_until: number | null;
    problem: string | null;
    subscribed_at: number | null;
    checked_at: number | null;
    created_at: number;
  };
  /** Digests of addresses that are no longer used: whoever posts there is told so. `gone_at`: when the hourly pass first saw it. */
  gone_hooks: { digest: string; workspace_id: string; gone_at: number | null };
  /** Addresses that keep what is posted to them for a while. */
  hook_catchers: { id: string; workspace_id: string; token: string; samples: string; created_at: number; expires_at: number };
  /** Addresses that are sent what happens in the workspace. `events` is a JSON list; `jwe` its secret, and the one before. */
  webhook_endpoints: {
    id: string;
    workspace_id: string;
    url: string;
    events: string;
    jwe: string;
    /** Until when the secret before signs as well. */
    previous_until: number | null;
    active: number;
    off_reason: string | null;
    /** Since when every attempt has failed. */
    failing_since: number | null;
    created_at: number;
  };
  /** One event for one endpoint. `subject` is JSON: the ids it is about. */
  webhook_deliveries: {
    id: string;
    endpoint_id: string;
    workspace_id: string;
    type: string;
    subject: string;
    state: string;
    attempts: number;
    next_at: number | null;
    claimed_until: number;
    /** After that, a failure is the last one. */
    retry_until: number;
    /** Of the last answer; null where there was none. */
    status: number | null;
    /** How the last answer began, or why there was none. */
    answer: string | null;
    sent_at: number | null;
    created_at: number;
  };
  /** Pairs of record types that are kept in step. `definition`, `flow_events`, `resting`, `asking` and `trouble` are JSON. */
  syncs: {
    id: string;
    workspace_id: string;
    definition: string;
    revision: number;
    status: string;
    reason: string | null;
    flow_a: string | null;
    flow_b: string | null;
    /** Null: as both flows are, or of a sync that was started before it could hear webhooks. */
    flow_events: string | null;
    resting: string;
    asking: string | null;
    trouble: string | null;
    created_at: number;
    updated_at: number;
  };
  /** Records of both sides that are the same thing. `was`, `agreed` and `conflicts` are JSON. */
  sync_links: {
    id: string;
    sync_id: string;
    a: string | null;
    b: string | null;
    was: string;
    agreed: string;
    gone_side: string | null;
    gone_at: number | null;
    conflicts: string;
    conflict_count: number;
    problem: string | null;
    ignored: number;
    revision: number;
    hops: number;
    updated_at: number;
  };
  /** In which pair an id is, or was before. */
  sync_link_ids: { sync_id: string; side: string; record_id: string; link_id: string };
  /** What was seen of a side. `search`: the name in lower case; `keys` is JSON. */
  sync_rows: {
    sync_id: string;
    side: string;
    record_id: string;
    name: string;
    search: string;
    keys: string;
    digest: string;
    seen_at: number;
  };
  sync_keys: { sync_id: string; side: string; rule: number; match_key: string; record_id: string };
  /** Names that a run has taken, so that no other works at the same pair. */
  sync_locks: { sync_id: string; name: string; run_id: string; until: number };
  /** What syncs wrote: `before` and `after` are JSON, by field. */
  sync_writes: {
    id: string;
    sync_id: string;
    link_id: string;
    side: string;
    kind: string;
    record_id: string | null;
    before: string;
    after: string;
    run_id: string;
    batch: string | null;
    at: number;
    undone_by: string | null;
  };
  /** Long work of syncs. `cursor` is JSON. */
  sync_jobs: {
    id: string;
    sync_id: string;
    workspace_id: string;
    kind: string;
    state: string;
    cursor: string;
    done: number;
    failed: number;
    total: number | null;
    problem: string | null;
    started_at: number;
    finished_at: number | null;
  };
  /** Calls of operations that came with an idempotency key. `answer` is JSON; null while nobody knows it. */
  idempotent_calls: {
    workspace_id: string;
    holder: string;
    key: string;
    fingerprint: string;
    owner: string;
    answer: string | null;
    started_at: number;
    expires_at: number;
  };
  /** What removed connections were for. `names`: all names that one ever had, as JSON. */
  removed_connections: {
    id: string;
    workspace_id: string;
    names: string;
    title: string;
    app: string;
    location_id: string | null;
    company_id: string | null;
    removed_at: number;
  };
  /** Links by which somebody without an account here gives a connection a new login. `id`: the digest of the token. */
  reconnect_links: {
    connection_id: string;
    id: string;
    workspace_id: string;
    created_by: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  /** Links by which somebody without an account here connects their own account. `id`: the digest of the token. */
  connect_links: {
    id: string;
    workspace_id: string;
    app: string;
    auth: string;
    title: string;
    like_id: string | null;
    return_to: string | null;
    created_by: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
    /** What the vendor calls whoever it is for. */
    reference: string | null;
    /** The connection that it made. */
    connection_id: string | null;
  };
  /** Origins to which a browser may be sent back. */
  embed_origins: { workspace_id: string; origin: string; added_at: number };
  /** Tags as they were last read. `kind`: the app and its kind of tag; `unused_since`: when it was first counted that nothing carries it. */
  tags: {
    workspace_id: string;
    connection_id: string;
    kind: string;
    name: string;
    tag_id: string;
    carriers: number | null;
    counted_at: number | null;
    unused_since: number | null;
    read_at: number;
  };
  /** What is kept here of a tag, because the other side has no place for it. */
  tag_notes: { workspace_id: string; kind: string; name: string; colour: string | null; description: string | null };
  /** Changes to tags and what carries them. `names` and `accounts` are JSON lists. */
  tag_jobs: {
    id: string;
    workspace_id: string;
    kind: string;
    deed: string;
    names: string;
    target: string | null;
    /** Where it is done, with the tags that it makes and deletes there. */
    accounts: string;
    state: string;
    stage: string;
    problem: string | null;
    undo_of: string | null;
    undone_by: string | null;
    rule_id: string | null;
    created_by: string | null;
    created_at: number;
    ended_at: number | null;
    claimed_until: number;
  };
  /** What a job does to one carrier. `adds` and `removes` are JSON lists of names. */
  tag_job_items: {
    job_id: string;
    connection_id: string;
    carrier: string;
    adds: string;
    removes: string;
    state: string;
    error: string | null;
  };
  /** Rules by which tags are cleaned. `names` is a JSON list of patterns, `reports` one of what the last runs did. */
  tag_rules: {
    id: string;
    workspace_id: string;
    kind: string;
    title: string;
    deed: string;
    unused_days: number | null;
    names: string;
    every_days: number;
    active: number;
    next_at: number;
    reports: string;
    created_at: number;
  };
  /** Runs to be replayed as soon as a connection works again. */
  waiting_replays: {
    id: string;
    workspace_id: string;
    connection_id: string;
    run_ids: string;
    from: string;
    version: string;
    created_at: number;
  };
  /** What programs and agents ask a person for. */
  approvals: {
    id: string;
    workspace_id: string;
    deed: string;
    title: string;
    reason: string;
    asked_by: string;
    state: string;
    created_at: number;
    expires_at: number;
    decided_by: string | null;
    decided_at: number | null;
    note: string | null;
    outcome: string | null;
    output: string | null;
    error: string | null;
    /** The process that does it, once it is approved. */
    owner: string | null;
  };
  /** Programs that registered to sign in people; anybody can. `allowed_at`: when a person last allowed one. */
  oauth_clients: { id: string; name: string; redirect_uris: string; created_at: number; allowed_at: number | null };
  /** What a person allowed to act for them. It stays after it ended, so that the list of changes can name it. */
  agents: {
    id: string;
    workspace_id: string;
    account_id: string | null;
    key_id: string | null;
    client_id: string;
    name: string;
    permissions: string;
    created_at: number;
    used_at: number | null;
    ended_at: number | null;
  };
  /** Codes and tokens of agents, as hashes. `used_at`: of a code or a refresh token, which works once. */
  agent_tokens: {
    hash: string;
    agent_id: string;
    kind: string;
    expires_at: number;
    used_at: number | null;
    challenge: string | null;
    redirect_uri: string | null;
  };
  /** How much of each request budget is used, so that a restart does not forget it. `clean`: written at an orderly stop. */
  quota_counts: { budget: string; state: string; saved_at: number; clean: number };
  /**
   * Finished runs by flow, hour (epoch hours of creation) and state, so that no page counts rows. `second`, `third`, `fourth`: those of `n` that
   * are of a later quarter of the hour.
   */
  run_counts: {
    workspace_id: string;
    flow_id: string;
    hour: number;
    state: string;
    n: number;
    second: Generated<number>;
    third: Generated<number>;
    fourth: Generated<number>;
  };
  /** What messages to people have to keep in a workspace that has set it. JSON. */
  message_policies: { workspace_id: string; policy: string };
  /** Messages to people by the key of their call. `outcome`: `sent`, or the rule by which one was skipped. */
  messages: { workspace_id: string; key: string; person: string; channel: string; at: number; outcome: string };
  /** Which login was used for which call. `connection`: its name then. `status`: null where there was no answer. */
  calls: {
    seq: Generated<number>;
    workspace_id: string;
    connection_id: string;
    connection: string;
    at: number;
    duration_ms: number;
    app: string;
    operation: string;
    method: string;
    address: string;
    status: number | null;
    error: string | null;
    purpose: string;
    principal: string | null;
    flow_id: string | null;
    run_id: string | null;
    step: string | null;
  };
  /** What changed, in the order of the commits. `principal`: who did it. `what` is null where only other processes need to know. */
  changes: {
    seq: Generated<number>;
    workspace_id: string;
    kind: string;
    record_id: string;
    what: string | null;
    name: string | null;
    principal: string | null;
    at: number;
    process: string;
    detail: string | null;
    /** What it did to the fields of its record. JSON. */
    fields: string | null;
    /** In lower case, by which people search; null in a note between processes. */
    search: string | null;
  };
}
