/** Twenty made-up exports of Zaps, of one Zap and of several. */

interface Step {
  api: string;
  action: string;
  params?: Record<string, unknown>;
  type?: string;
  title?: string;
  /** The step before it, where that is not the one written before. */
  after?: number;
}

const node = ({ api, action, params = {}, type = "write", title, after }: Step, i: number) => ({
  id: i + 1,
  paused: i > 0,
  type_of: i === 0 ? "read" : type,
  params,
  meta: {
    ...(title === undefined ? {} : { stepTitle: title }),
    parammap: {},
    selectedGives: {},
    validation: { params: { is_valid: true } },
  },
  triple_stores: { copied_from: null, created_by: null, polling_interval_override: 0, spread_tasks: 1 },
  parent_id: i === 0 ? null : (after ?? i),
  root_id: i === 0 ? null : 1,
  action,
  selected_api: api,
  title: null,
  authentication_id: /LeadConnector|Slack/.test(api) ? "0f1e2d3c" : null,
});
const zap = (title: string, ...steps: Step[]) => ({
  id: 77,
  title,
  status: "on",
  nodes: Object.fromEntries(steps.map((step, i) => [i + 1, node(step, i)])),
});
const file = (...zaps: object[]) => ({ metadata: { version: 2 }, zaps });

const hook: Step = { api: "WebHookCLIAPI@1.0.29", action: "hook_v2", title: "Catch hook" };
const crm = (action: string, params: Record<string, unknown>, more: Partial<Step> = {}): Step => ({
  api: "LeadConnectorCLIAPI@2.1.0",
  action,
  params,
  ...more,
});
const criteria = (...rows: [string, string, string, number?][]) => ({
  filter_criteria: rows.map(([key, match, value, group = 1], i) => ({ id: 100 + i, key, match, value, group, action: "continue" })),
});
const only = (rows: Parameters<typeof criteria>, more: Partial<Step> = {}): Step => ({
  api: "FilterAPI",
  action: "filter",
  type: "filter",
  params: criteria(...rows),
  ...more,
});

export const zapierExports: Record<string, unknown> = {
  "a lead from a hook": file(
    zap(
      "Lead to contact",
      hook,
      crm("create_or_update_contact", { email: "{{1__email}}", first_name: "{{1__name}}", tags: "website, {{1__plan}}" }),
    ),
  ),
  "a filter": file(
    zap(
      "Only with an address",
      hook,
      only(
        [
          ["1__email", "exists", ""],
          ["1__email", "icontains", "@"],
        ],
        { title: "Has an address" },
      ),
      crm("add_contact", { email: "{{1__email}}" }),
    ),
  ),
  "groups of a filter": file(
    zap(
      "Either way",
      hook,
      only([
        ["1__score", "gt", "8", 1],
        ["1__plan", "iexact", "VIP", 2],
      ]),
      crm("add_tag", { contact_id: "{{1__contact__id}}", tag: "good" }),
    ),
  ),
  "two paths": file(
    zap(
      "Paths 🛤",
      hook,
      { api: "BranchingAPI", action: "branch", title: "Which way" },
      only([["1__score", "gte", "9"]], { title: "Promoter", after: 2 }),
      crm("add_tag", { contact_id: "{{1__id}}", tags: "promoter" }),
      only([["1__score", "lt", "9"]], { title: "Others", after: 2 }),
      crm("add_note", { contact_id: "{{1__id}}", note: "Score {{1__score}}" }),
    ),
  ),
  waits: file(
    zap(
      "Later",
      hook,
      { api: "DelayCLIAPI@1.1.0", action: "delay_for", params: { delay_for_value: "2", delay_for_unit: "days" } },
      { api: "DelayAPI", action: "delay_until", params: { delay_until_date: "{{1__start__time}} -1h", handle_past: "1440" } },
      crm("send_sms", { contact_id: "{{1__id}}", message: "See you in an hour, {{1__name}}" }),
    ),
  ),
  formatters: file(
    zap(
      "Clean up",
      hook,
      { api: "ZapierFormatterCLIAPI@1.3.0", action: "string", params: { transform: "string.lowercase", inputs: "{{1__email}}" } },
      {
        api: "ZapierFormatterCLIAPI@1.3.0",
        action: "string",
        params: { transform: "string.split", inputs: "{{1__name}}", separator: "[:space:]", segment_index: "0" },
      },
      {
        api: "FormatterAPI",
        action: "date",
        params: { transform: "date.format", inputs: "{{1__at}}", to_format: "DD.MM.YYYY", from_format: "" },
      },
      { api: "FormatterAPI", action: "number", params: { transform: "number.spreadsheet_formula", inputs: "=1+1" } },
      crm("create_contact", { email: "{{2__output}}", first_name: "{{3__output}}", source: "{{4__output}}", city: "{{5__output}}" }),
    ),
  ),
  "a script": file(
    zap(
      "Reckon",
      hook,
      {
        api: "CodeCLIAPI@1.0.1",
        action: "run_javascript",
        params: {
          input: { prices: "{{1__prices}}" },
          code: "const total = inputData.prices.split(',').map(Number).reduce((a, b) => a + b, 0);\noutput = { total };",
        },
      },
      {
        api: "WebHookAPI",
        action: "post",
        params: { url: "https://example.com/total", payload_type: "json", data: { total: "{{2__total}}" } },
      },
    ),
  ),
  "scripts that cannot run here": file(
    zap(
      "Scripts",
      hook,
      { api: "CodeCLIAPI@1.0.1", action: "run_python", params: { code: "return {'a': 1}" } },
      { api: "CodeAPI", action: "run", params: { code: "const r = await fetch('https://example.com'); return r.json();" } },
    ),
  ),
  "every weekday": file(
    zap(
      "Each morning",
      { api: "ScheduleAPI", action: "every_day", params: { hour: "9am", trigger_on_weekends: "no", timezone: "America/New_York" } },
      {
        api: "WebHookAPI",
        action: "get",
        params: { url: "https://example.com/report", headers: { "X-Api-Key": "abcdef0123456789", Accept: "application/json" } },
      },
    ),
  ),
  "every Monday": file(
    zap(
      "Weekly",
      { api: "ScheduleCLIAPI@1.2.0", action: "every_week", params: { day_of_week: "monday", time_of_day: "14:30" } },
      crm("find_contact", { email: "boss@example.com" }),
    ),
  ),
  "requests to an app": file(
    zap(
      "By HTTP",
      hook,
      {
        api: "WebHookCLIAPI@1.0.29",
        action: "custom_request",
        params: {
          method: "POST",
          url: "https://services.leadconnectorhq.com/contacts/{{1__id}}/tags",
          data: '{"tags": ["{{1__tag}}"]}',
          headers: { Authorization: "Bearer pit-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f", Version: "2021-07-28" },
        },
      },
      {
        api: "WebHookCLIAPI@1.0.29",
        action: "put",
        params: { url: "https://example.com/{{1__id}}", data__name: "{{1__name}}", basic_auth: "u|p" },
      },
    ),
  ),
  "apps that are not here": file(
    zap(
      "Sheets to Slack",
      { api: "GoogleSheetsV2CLIAPI@2.8.0", action: "add_row", params: { spreadsheet: "abc" } },
      { api: "SlackCLIAPI@1.48.0", action: "channel_message", params: { channel: "C1", text: "New {{1__Email}}", as_bot: "yes" } },
    ),
  ),
  "a trigger of the app": file(
    zap("New contact", crm("contact_created", {}), crm("add_contact_to_workflow", { contact_id: "{{1__id}}", workflow_id: "w_1" })),
  ),
  "a loop over texts": file(
    zap(
      "Each tag",
      hook,
      { api: "LoopingCLIAPI@1.0.0", action: "create_loop_from_text", params: { values: { tag: "{{1__tags}}" }, text_delimiter: "," } },
      crm("add_tag", { contact_id: "{{1__id}}", tag: "{{2__tag}}" }),
    ),
  ),
  "a loop over lines": file(
    zap(
      "Each line",
      hook,
      {
        api: "LoopingCLIAPI@1.0.0",
        action: "create_loop_from_line_items",
        params: { values: { sku: "{{1__skus}}", price: "{{1__prices}}" } },
      },
      {
        api: "WebHookAPI",
        action: "post",
        params: { url: "https://example.com/line", data: { sku: "{{2__sku}}", price: "{{2__price}}" } },
      },
    ),
  ),
  "newer references": file(
    zap(
      "Gives",
      hook,
      crm("create_opportunity", {
        name: '{{=gives["1"]["company"]["name"]}}',
        pipelineId: "p1",
        contactId: "{{=gives['1']['id']}}",
        status: "open",
        monetaryValue: "{{1__value}}",
        tags: "x",
      }),
      crm("do_something_new", { a: "{{2__id}}" }),
    ),
  ),
  "steps without parents": {
    zaps: [
      {
        title: "Old file",
        steps: [
          { id: 1, type_of: "read", selected_api: "WebHookAPI", action: "catch_hook", params: {} },
          { id: 2, type_of: "write", selected_api: "LeadConnectorAPI", action: "create_contact", params: { email: "{{1__email}}" } },
        ],
      },
    ],
  },
  "names from right to left": file(
    zap(
      "ליד חדש 🎯",
      { ...hook, title: "קליטה" },
      crm(
        "create_contact",
        { email: "{{1__דואל}}", first_name: "{{ not a field }}", custom_fields: { cf_1: "{{1__שם}}" } },
        { title: "איש קשר" },
      ),
    ),
  ),
  "comparisons without an equal": file(
    zap(
      "Hard filter",
      hook,
      only([["1__text", "matches_regex", "^a"]], { title: "By pattern" }),
      crm("add_contact", { email: "{{1__email}}" }),
    ),
  ),
  "several Zaps": file(
    zap("One", hook, crm("add_contact", { email: "{{1__email}}" })),
    zap(
      "Two",
      { api: "StripeCLIAPI@2.0.0", action: "charge", params: {} },
      { api: "EmailAPI", action: "outbound_email", params: { to: "ada@example.com", subject: "{{1__amount}}" } },
    ),
    zap("Three", { ...hook, title: "Hook" }, { api: "SubZapsAPI", action: "call", params: { zap: 5 } }),
  ),
};
