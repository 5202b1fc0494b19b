/** Twenty made-up workflows as n8n exports them: nodes of old and new versions, odd names, and everything a flow can be made of. */

type Parameters = Record<string, unknown>;
interface Node {
  name: string;
  type: string;
  parameters: Parameters;
  [member: string]: unknown;
}

const node = (name: string, type: string, parameters: Parameters = {}, more: Record<string, unknown> = {}): Node => ({
  parameters,
  id: `id-${name.length}`,
  name,
  type: type.includes(".") ? type : `n8n-nodes-base.${type}`,
  typeVersion: 1,
  position: [240, 300],
  ...more,
});

/** Ways between nodes: `A > B`, `A 1> C` from the second output, `A > B & C` to two nodes. */
function ways(lines: readonly string[]): Record<string, unknown> {
  const connections: Record<string, { main: { node: string; type: string; index: number }[][] }> = {};
  for (const line of lines) {
    const [, from, port, to] = /^(.+?) (\d*)> (.+)$/.exec(line)!;
    const main = (connections[from!] ??= { main: [] }).main;
    while (main.length <= Number(port || 0)) main.push([]);
    main[Number(port || 0)]!.push(...to!.split(" & ").map((name) => ({ node: name, type: "main", index: 0 })));
  }
  return connections;
}

const workflow = (name: string, nodes: readonly Node[], lines: readonly string[], more: Record<string, unknown> = {}) => ({
  name,
  nodes,
  connections: ways(lines),
  active: false,
  settings: { executionOrder: "v1" },
  versionId: "5d1f",
  meta: { instanceId: "abc" },
  id: "w1",
  tags: [],
  ...more,
});

const hook = node("Webhook", "webhook", { httpMethod: "POST", path: "leads", options: {} }, { webhookId: "f00" });
const credentials = { credentials: { highLevelOAuth2Api: { id: "7", name: "Acme Dental" } } };
const contact = (parameters: Parameters, name = "HighLevel") =>
  node(name, "highLevel", { resource: "contact", operation: "create", ...parameters }, { typeVersion: 2, ...credentials });
const rows = (...conditions: [string, string, unknown, string?][]) => ({
  options: { caseSensitive: true, leftValue: "", typeValidation: "strict" },
  conditions: conditions.map(([leftValue, operation, rightValue, type = "string"], i) => ({
    id: `c${i}`,
    leftValue,
    rightValue,
    operator: { type, operation },
  })),
  combinator: "and",
});

export const n8nExports: Record<string, unknown> = {
  "a lead from a form": workflow(
    "Lead from the website",
    [
      hook,
      contact({
        email: "={{ $json.body.email.toLowerCase().trim() }}",
        additionalFields: { firstName: "={{ $json.body.name.split(' ')[0] }}", tags: "website, lead", source: "Website" },
      }),
    ],
    ["Webhook > HighLevel"],
  ),
  "an old IF with two ways": workflow(
    "Hot or cold 🔥",
    [
      hook,
      node("IF", "if", { conditions: { number: [{ value1: '={{$json["body"]["score"]}}', operation: "largerEqual", value2: 8 }] } }),
      contact({ email: "={{$json.body.email}}", additionalFields: { tags: "hot" } }, "Hot lead"),
      contact({ email: '={{$node["Webhook"].json["body"]["email"]}}', additionalFields: { tags: "cold" } }, "Cold lead"),
    ],
    ["Webhook > IF", "IF > Hot lead", "IF 1> Cold lead"],
  ),
  "a new IF whose ways meet again": workflow(
    "Tag, then note",
    [
      hook,
      contact({ email: "={{ $json.body.email }}" }, "Upsert"),
      node(
        "Is VIP?",
        "if",
        { conditions: rows(["={{ $('Webhook').item.json.body.plan }}", "equals", "vip"]), options: {} },
        { typeVersion: 2.2 },
      ),
      node(
        "Add tag",
        "httpRequest",
        {
          method: "POST",
          url: "=https://services.leadconnectorhq.com/contacts/{{ $json.id }}/tags",
          authentication: "predefinedCredentialType",
          nodeCredentialType: "highLevelOAuth2Api",
          sendBody: true,
          specifyBody: "json",
          jsonBody: '={ "tags": ["vip", "{{ $(\'Webhook\').item.json.body.plan }}"] }',
          options: {},
        },
        { typeVersion: 4.2 },
      ),
      node(
        "Note",
        "httpRequest",
        {
          method: "POST",
          url: "=https://services.leadconnectorhq.com/contacts/{{ $('Upsert').item.json.id }}/notes",
          sendHeaders: true,
          headerParameters: {
            parameters: [
              { name: "Version", value: "2021-07-28" },
              { name: "Authorization", value: "Bearer pit-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f" },
            ],
          },
          sendBody: true,
          bodyParameters: { parameters: [{ name: "body", value: "=Came by {{ $('Webhook').item.json.body.plan }}" }] },
        },
        { typeVersion: 4.2 },
      ),
    ],
    ["Webhook > Upsert", "Upsert > Is VIP?", "Is VIP? > Add tag", "Is VIP? 1> Note", "Add tag > Note"],
  ),
  "a switch of three": workflow(
    "Route by service",
    [
      hook,
      node(
        "Switch",
        "switch",
        {
          rules: {
            values: ["Boiler", "Valve"].map((service) => ({
              outputKey: service,
              renameOutput: true,
              conditions: rows(["={{ $json.body.service }}", "equals", service]),
            })),
          },
          options: { fallbackOutput: "extra" },
        },
        { typeVersion: 3.2 },
      ),
      contact({ email: "={{ $json.body.email }}", additionalFields: { tags: "boiler" } }, "Boiler"),
      contact({ email: "={{ $json.body.email }}", additionalFields: { tags: "valve" } }, "Valve"),
      contact({ email: "={{ $json.body.email }}", additionalFields: { tags: "other" } }, "Other"),
    ],
    ["Webhook > Switch", "Switch > Boiler", "Switch 1> Valve", "Switch 2> Other"],
  ),
  "an old switch": workflow(
    "Old switch",
    [
      hook,
      node("Switch", "switch", {
        dataType: "string",
        value1: "={{$json.body.kind}}",
        rules: { rules: [{ value2: "a" }, { operation: "contains", value2: "b", output: 1 }] },
        fallbackOutput: 3,
      }),
      node("A", "noOp"),
      contact({ email: "={{$json.body.email}}" }, "B"),
    ],
    ["Webhook > Switch", "Switch > A", "Switch 1> B"],
  ),
  "every morning": workflow(
    "Morning report",
    [
      node(
        "Every day",
        "scheduleTrigger",
        { rule: { interval: [{ field: "days", triggerAtHour: 7, triggerAtMinute: 30 }] } },
        { typeVersion: 1.2 },
      ),
      node(
        "Deals",
        "highLevel",
        { resource: "opportunity", operation: "getAll", pipelineId: "p1", returnAll: false, limit: 50, filters: { status: "open" } },
        { typeVersion: 2 },
      ),
      node(
        "Post",
        "httpRequest",
        {
          method: "POST",
          url: "https://example.com/report",
          sendBody: true,
          bodyParameters: { parameters: [{ name: "deal", value: "={{ $json.name }}" }] },
        },
        { typeVersion: 4 },
      ),
    ],
    ["Every day > Deals", "Deals > Post"],
    { settings: { timezone: "Europe/Berlin", executionOrder: "v1" } },
  ),
  "an old cron and a loop": workflow(
    "Nightly list",
    [
      node("Cron", "cron", { triggerTimes: { item: [{ mode: "custom", cronExpression: "0 2 * * 1-5" }, { mode: "everyHour" }] } }),
      node("List", "httpRequest", { url: "https://example.com/leads", options: {} }),
      node("Loop", "splitInBatches", { batchSize: 1, options: {} }),
      contact({ email: "={{$json.email}}" }, "Save"),
    ],
    ["Cron > List", "List > Loop", "Loop > Save", "Save > Loop"],
  ),
  "a list taken apart": workflow(
    "Order lines",
    [
      hook,
      node("Split", "splitOut", { fieldToSplitOut: "body.lines", options: {} }),
      node("Loop", "splitInBatches", { options: {} }, { typeVersion: 3 }),
      node(
        "Send",
        "httpRequest",
        {
          method: "POST",
          url: "https://example.com/line",
          sendBody: true,
          bodyParameters: { parameters: [{ name: "sku", value: "={{ $json.sku }}" }] },
        },
        { typeVersion: 4.1 },
      ),
      node(
        "Done",
        "httpRequest",
        {
          method: "POST",
          url: "https://example.com/done",
          sendBody: true,
          bodyParameters: { parameters: [{ name: "order", value: "={{ $('Webhook').item.json.body.order }}" }] },
        },
        { typeVersion: 4.1 },
      ),
    ],
    ["Webhook > Split", "Split > Loop", "Loop 1> Send", "Send > Loop", "Loop > Done"],
  ),
  "values that are set": workflow(
    "Prepare",
    [
      hook,
      node(
        "Edit Fields",
        "set",
        {
          assignments: {
            assignments: [
              { id: "1", name: "full name", value: "={{ $json.body.first + ' ' + $json.body.last }}", type: "string" },
              { id: "2", name: "address.city", value: "={{ $json.body.city ?? 'unknown' }}", type: "string" },
              { id: "3", name: "size", value: "={{ $json.body.items.length > 3 ? 'large' : 'small' }}", type: "string" },
            ],
          },
          includeOtherFields: true,
          options: {},
        },
        { typeVersion: 3.4 },
      ),
      contact({
        email: "={{ $json.body.email }}",
        additionalFields: {
          name: "={{ $json['full name'] }}",
          city: "={{ $json.address.city }}",
          customFields: {
            values: [
              { fieldId: { __rl: true, mode: "list", value: "cf_size", cachedResultName: "Size" }, fieldValue: "={{ $json.size }}" },
            ],
          },
        },
      }),
    ],
    ["Webhook > Edit Fields", "Edit Fields > HighLevel"],
  ),
  "old values that are set": workflow(
    "Old set",
    [
      hook,
      node("Set", "set", {
        keepOnlySet: true,
        values: {
          string: [{ name: "email", value: "={{$json.body.email}}" }],
          number: [{ name: "score", value: 9 }],
          boolean: [{ name: "vip", value: true }],
        },
        options: {},
      }),
      contact({ email: "={{$json.email}}" }),
    ],
    ["Webhook > Set", "Set > HighLevel"],
  ),
  "a script": workflow(
    "Reckon",
    [
      hook,
      node(
        "Code",
        "code",
        {
          jsCode:
            "const total = $input.first().json.lines.reduce((sum, { price }) => sum + price, 0);\nreturn [{ json: { total, from: $('Webhook').first().json.email } }];",
        },
        { typeVersion: 2 },
      ),
      contact({ email: "={{ $json.from }}" }),
    ],
    ["Webhook > Code", "Code > HighLevel"],
  ),
  "scripts that cannot run here": workflow(
    "Scripts",
    [
      hook,
      node("Python", "code", { language: "python", pythonCode: "return [{'json': {'a': 1}}]" }, { typeVersion: 2 }),
      node("Fetches", "function", { functionCode: "const a = await this.helpers.request('https://example.com');\nreturn items;" }),
    ],
    ["Webhook > Python", "Python > Fetches"],
  ),
  "waits and dates": workflow(
    "Remind later",
    [
      hook,
      node("Wait", "wait", { amount: 2, unit: "hours" }, { typeVersion: 1.1 }),
      node("Until", "wait", { resume: "specificTime", dateTime: "={{ $json.body.start }}" }),
      node(
        "Date",
        "dateTime",
        { operation: "addToDate", magnitude: "={{ $json.body.start }}", timeUnit: "days", duration: 3, outputFieldName: "due" },
        { typeVersion: 2 },
      ),
      node(
        "Task",
        "highLevel",
        {
          resource: "task",
          operation: "create",
          contactId: "={{ $('Webhook').item.json.body.contact }}",
          title: "=Call {{ $json.body.name }}",
          dueDate: "={{ $json.due }}",
          completed: false,
          additionalFields: { body: "={{ $now.plus({ days: 1 }).toFormat('dd.MM.yyyy') }}" },
        },
        { typeVersion: 2 },
      ),
    ],
    ["Webhook > Wait", "Wait > Until", "Until > Date", "Date > Task"],
  ),
  "apps that are not here": workflow(
    "To Slack and Sheets",
    [
      node(
        "Typeform Trigger",
        "typeformTrigger",
        { formId: "abc" },
        { webhookId: "x", credentials: { typeformApi: { id: "3", name: "Typeform" } } },
      ),
      node(
        "Slack",
        "slack",
        { channel: "#leads", text: "=New: {{ $json.email }}", otherOptions: {} },
        { credentials: { slackApi: { id: "1", name: "Slack" } } },
      ),
      node(
        "Sheets",
        "googleSheets",
        { operation: "append", sheetId: "s1", columns: { value: { Email: "={{ $('Typeform Trigger').item.json.email }}" } } },
        { typeVersion: 4 },
      ),
    ],
    ["Typeform Trigger > Slack & Sheets"],
  ),
  "a node that is switched off": workflow(
    "Half off",
    [
      hook,
      { ...contact({ email: "={{ $json.body.email }}" }, "Off"), disabled: true, notes: "Off since March" },
      contact({ email: "={{ $json.body.email }}" }, "On"),
    ],
    ["Webhook > Off", "Off > On"],
  ),
  "two triggers and a note": workflow(
    "Two doors",
    [
      hook,
      node("By hand", "manualTrigger"),
      node("Sticky Note", "stickyNote", { content: "## Leads\nAsk Dana before changing this.", width: 400, height: 200 }),
      contact({ email: "={{ $json.email }}" }, "Save"),
    ],
    ["Webhook > Save", "By hand > Save"],
  ),
  "names from right to left": workflow(
    "عميل جديد",
    [
      node("خطاف", "webhook", { path: "a" }),
      contact({ email: "={{ $json.body['البريد'] }}", additionalFields: { firstName: "={{ $('خطاف').item.json.body.الاسم }}" } }, "لقب 👩‍👩‍👧"),
      node("Constructor", "noOp"),
      node("trigger", "set", { values: { string: [{ name: "a", value: "{{ not a template }}" }] } }),
    ],
    ["خطاف > لقب 👩‍👩‍👧", "لقب 👩‍👩‍👧 > Constructor", "Constructor > trigger"],
  ),
  "filters and ends": workflow(
    "Only good ones",
    [
      hook,
      node(
        "Filter",
        "filter",
        {
          conditions: {
            ...rows(["={{ $json.body.email }}", "contains", "@"], ["={{ $json.body.score }}", "gt", 5, "number"]),
            combinator: "or",
          },
        },
        { typeVersion: 2 },
      ),
      node("Regex", "filter", { conditions: { string: [{ value1: "={{$json.body.name}}", operation: "regex", value2: "^A" }] } }),
      node("Stop", "stopAndError", { errorMessage: "=No {{ $json.body.email }}" }),
    ],
    ["Webhook > Filter", "Filter > Regex", "Regex > Stop"],
  ),
  "expressions without an equal": workflow(
    "Hard words",
    [
      node("Hook", "webhook", { path: "x", responseMode: "responseNode", authentication: "headerAuth" }),
      contact({
        email: "={{ $json.body.text.extractEmail() }}",
        phone: "={{ $env.PHONE }}",
        additionalFields: {
          firstName: "={{ $json.body.a + $json.body.b }}",
          lastName: "={{ $json.body.list.filter(x => x.on)[0].name }}",
          city: "={{ (() => 1)() }}",
          notes: "A note",
        },
      }),
      node("Respond", "respondToWebhook", { respondWith: "json", responseBody: "={{ $json }}" }),
      node("Lonely", "noOp"),
    ],
    ["Hook > HighLevel", "HighLevel > Respond"],
    { pinData: { Hook: [{ json: { body: { email: "ada@example.com" } } }] }, staticData: { n: 1 } },
  ),
  "several at once": {
    data: [
      workflow("First", [hook, contact({ email: "={{ $json.body.email }}" })], ["Webhook > HighLevel"]),
      workflow(
        "Second, with AI and a circle",
        [
          node("Chat", "@n8n/n8n-nodes-langchain.chatTrigger", { options: {} }),
          node("Agent", "@n8n/n8n-nodes-langchain.agent", { text: "={{ $json.chatInput }}" }, { typeVersion: 1.7 }),
          node("Again", "noOp"),
        ],
        ["Chat > Agent", "Agent > Again", "Again > Agent"],
      ),
    ],
    nextCursor: null,
  },
};
