/** Twenty made-up scenarios as Make exports them, alone and as its API answers. */

let last = 0;
interface Module {
  id: number;
  module: string;
  [member: string]: unknown;
}

const module = (id: number, name: string, mapper: Record<string, unknown> | null, more: Record<string, unknown> = {}): Module => ({
  id,
  module: name,
  version: 1,
  parameters: {},
  mapper,
  metadata: { designer: { x: 300 * id, y: 0 }, restore: {}, expect: [{ name: "a", type: "text", label: "A" }] },
  ...more,
});
const named = (name: string) => ({ metadata: { designer: { x: ++last, y: 0, name } } });

const hook = module(1, "gateway:CustomWebHook", {}, { parameters: { hook: 123, maxResults: 1 } });
const ofAccount = { parameters: { __IMTCONN__: 456 } };
const contact = (id: number, mapper: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  module(id, "highlevel:createAContact", mapper, { ...ofAccount, ...more });
const when = (name: string, ...groups: [string, string, string?][][]) => ({
  filter: { name, conditions: groups.map((group) => group.map(([a, o, b]) => ({ a, o, ...(b === undefined ? {} : { b }) }))) },
});
const scenario = (name: string, flow: readonly Module[], more: Record<string, unknown> = {}) => ({
  name,
  flow,
  metadata: {
    instant: true,
    version: 1,
    scenario: { roundtrips: 1, maxErrors: 3, autoCommit: true, sequential: false, dlq: false },
    designer: { orphans: [] },
    zone: "eu1.make.com",
  },
  ...more,
});
const router = (id: number, ...flows: Module[][]) => module(id, "builtin:BasicRouter", null, { routes: flows.map((flow) => ({ flow })) });

export const makeExports: Record<string, unknown> = {
  "a lead from a webhook": scenario("Lead to contact", [
    hook,
    contact(2, { email: "{{lower(trim(1.email))}}", firstName: "{{1.name}}", tags: ["website", "{{1.plan}}"] }),
  ]),
  "a filter before a module": scenario("Only with an address", [
    hook,
    contact(
      2,
      { email: "{{1.email}}" },
      when("Has an address", [
        ["{{1.email}}", "exist"],
        ["{{1.email}}", "text:contain", "@"],
      ]),
    ),
  ]),
  "a router with three routes": scenario("Routes 🧭", [
    hook,
    router(
      2,
      [contact(3, { email: "{{1.email}}", tags: ["hot"] }, when("Hot", [["{{1.score}}", "number:greater", "8"]]))],
      [contact(4, { email: "{{1.email}}", tags: ["cold"] }, when("Cold", [["{{1.score}}", "number:lessorequal", "8"]]))],
      [
        module(5, "http:ActionSendData", {
          url: "https://example.com/log",
          method: "post",
          bodyType: "raw",
          contentType: "application/json",
          data: '{"email": "{{1.email}}", "n": {{1.score}}}',
          parseResponse: true,
        }),
      ],
    ),
  ]),
  "the free call of an app": scenario("Upsert and note", [
    hook,
    module(
      2,
      "highlevel:universal",
      {
        url: "/contacts/upsert",
        method: "POST",
        headers: [{ key: "Version", value: "2021-07-28" }],
        qs: [],
        body: '{"email": "{{1.email}}", "firstName": "{{1.first}}", "locationId": "loc_1"}',
      },
      ofAccount,
    ),
    module(3, "highlevel:addNotetoContact", { contactId: "{{2.body.contact.id}}", body: "From {{1.source}}" }, ofAccount),
  ]),
  "a request with a token": scenario("By HTTP", [
    hook,
    module(2, "http:ActionSendData", {
      url: "https://services.leadconnectorhq.com/contacts/{{1.id}}/tags",
      method: "post",
      headers: [
        { name: "Authorization", value: "Bearer pit-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f" },
        { name: "Version", value: "2021-07-28" },
      ],
      qs: [],
      bodyType: "raw",
      contentType: "application/json",
      data: '{"tags": ["{{1.tag}}"]}',
    }),
    module(3, "http:ActionSendDataBasicAuth", {
      url: "https://example.com/x?api_key=abcdef123456",
      method: "get",
      authUser: "u",
      authPass: "p",
    }),
  ]),
  "an iterator": scenario("Each line", [
    hook,
    module(2, "builtin:BasicFeeder", { array: "{{1.lines}}" }),
    module(3, "http:MakeRequest", {
      url: "https://example.com/lines",
      method: "POST",
      contentType: "json",
      inputMethod: "jsonString",
      jsonStringBodyContent: '{"sku": "{{2.sku}}", "price": "{{2.value.price}}"}',
    }),
    module(4, "builtin:BasicAggregator", { sku: "{{3.data.sku}}" }, { parameters: { feeder: 2 } }),
    module(5, "http:ActionSendData", { url: "https://example.com/done", method: "post", data: '{"order": "{{1.order}}"}' }),
  ]),
  variables: scenario("Variables", [
    hook,
    module(
      2,
      "util:SetVariables",
      {
        variables: [
          { name: "who", value: "{{1.first}} {{1.last}}" },
          { name: "size", value: '{{if(length(1.items) > 3; "large"; "small")}}' },
        ],
        scope: "roundtrip",
      },
      named("Who and how large"),
    ),
    module(3, "util:SetVariable2", { name: "plan", scope: "execution", value: '{{ifempty(1.plan; "basic")}}' }),
    module(4, "util:GetVariable2", { name: "plan" }),
    contact(5, { email: "{{1.email}}", name: "{{2.who}}", tags: ["{{4.plan}}", "{{2.size}}"] }),
  ]),
  "a search with several results": scenario("Find and tag", [
    hook,
    module(2, "highlevel:searchContacts", { query: "{{1.domain}}", limit: 20 }, ofAccount),
    module(3, "highlevel:addATagToAContact", { contactId: "{{2.id}}", tags: ["found"] }, ofAccount),
  ]),
  "dates and texts": scenario("Dates", [
    hook,
    module(
      2,
      "highlevel:createATask",
      {
        contactId: "{{1.contact_id}}",
        title: "Call {{upper(1.name)}}",
        dueDate: "{{addDays(now; 2)}}",
        description: '{{formatDate(1.at; "DD.MM.YYYY HH:mm"; "Europe/Berlin")}}: {{replace(substring(1.text; 0; 40); "-"; " ")}}',
      },
      ofAccount,
    ),
    contact(3, {
      email: "{{1.emails[1]}}",
      dateOfBirth: "{{formatDate(parseDate(1.birthday; DD/MM/YYYY); YYYY-MM-DD)}}",
      source: '{{get(1; "utm.source")}}{{newline}}{{join(map(1.items; "sku"); space)}}',
    }),
  ]),
  "if and else": scenario("First that fits", [
    hook,
    module(2, "builtin:BasicIfElse", null, {
      branches: [
        {
          type: "condition",
          merge: true,
          conditions: [[{ a: "{{1.plan}}", o: "text:equal:ci", b: "VIP" }]],
          flow: [contact(3, { email: "{{1.email}}", tags: ["vip"] })],
        },
        { type: "else", merge: true, flow: [contact(4, { email: "{{1.email}}" })] },
      ],
    }),
    module(5, "builtin:BasicMerge", null, { parameters: { outputs: [] } }),
    module(6, "http:ActionSendData", { url: "https://example.com/after", method: "post" }),
  ]),
  "an answer of the API": {
    response: {
      blueprint: scenario("Every quarter of an hour", [
        module(1, "http:ActionSendData", { url: "https://example.com/leads", method: "get", parseResponse: true }),
        module(2, "builtin:BasicFeeder", { array: "{{1.data.leads}}" }),
        contact(3, { email: "{{2.email}}" }),
      ]),
      scheduling: { type: "indefinitely", interval: 900 },
      idSequence: 9,
      created: "2024-01-01T00:00:00Z",
      metadata: {},
    },
  },
  "a blueprint with its times": {
    blueprint: scenario("On Mondays", [
      module(1, "highlevel:listOpportunities", { pipeline: "p1", limit: 5 }, ofAccount),
      module(2, "http:ActionSendData", { url: "https://example.com/deal", method: "post", data: "{{1.name}}" }),
    ]),
    scheduling: { type: "weekly", days: [1, 3], time: "07:15" },
    controller: { name: "x" },
    metadata: { templateUrl: "https://example.com" },
  },
  "apps that are not here": scenario("Sheets and Slack", [
    module(1, "google-sheets:watchRows", { sheetId: "s" }, { parameters: { __IMTCONN__: 7, limit: 10 } }),
    module(2, "slack:CreateMessage", { channel: "C1", text: "New {{1.`0`}}" }, { parameters: { __IMTCONN__: 8 } }),
    module(3, "datastore:AddRecord", { key: "{{1.id}}", data: { email: "{{1.`2`}}" } }),
  ]),
  "after an error": scenario("Errors", [
    hook,
    contact(2, { email: "{{1.email}}" }, { onerror: [module(9, "builtin:Ignore", null)] }),
    module(
      3,
      "http:ActionSendData",
      { url: "https://example.com", method: "post" },
      { onerror: [module(10, "slack:CreateMessage", { text: "Failed" })] },
    ),
  ]),
  "a script": scenario("Script", [
    hook,
    module(2, "code:ExecuteCode", {
      language: "javascript",
      code: "return { total: input.prices.reduce((a, b) => a + b, 0) };",
      input: [{ name: "prices", value: "{{1.prices}}" }],
    }),
    module(3, "code:ExecuteCode", { language: "python", code: "return {}" }),
    module(4, "http:ActionSendData", { url: "https://example.com/total", method: "post", data: '{"total": {{2.result.total}}}' }),
  ]),
  "sleep and respond": scenario("Wait a little", [
    hook,
    module(2, "util:FunctionSleep", { duration: 60 }),
    contact(3, { email: "{{1.email}}" }),
    module(4, "gateway:WebhookRespond", { status: "200", body: "{{3.id}}" }),
  ]),
  "formulas without an equal": scenario("Hard formulas", [
    hook,
    contact(2, {
      email: '{{replace(1.email; "/\\s+/g"; "")}}',
      firstName: "{{capitalize(1.name)}}",
      phone: "{{md5(1.phone)}}",
      city: "{{1.city",
      tags: ["{{random}}", "{{startcase(1.tag)}}"],
    }),
    contact(3, { email: "{{1.email}}" }, when("By pattern", [["{{1.email}}", "text:pattern", "^a"]])),
  ]),
  "names from right to left": scenario("תרחיש 🎈", [
    hook,
    contact(
      2,
      {
        email: '{{1.`דוא"ל`}}',
        firstName: "{{1.`full name`}}",
        customFields: [
          { id: "cf_1", value: "{{1.שם}}" },
          { id: "cf_2", value: "x" },
        ],
      },
      named("איש קשר"),
    ),
  ]),
  "routes within routes": scenario("Deep", [
    hook,
    router(2, [
      module(
        3,
        "util:ComposeTransformer",
        { value: "{{1.a}}-{{1.b}}" },
        when("A", [["{{1.a}}", "exist"]], [["{{1.b}}", "boolean:equal", "true"]]),
      ),
      router(
        4,
        [contact(5, { email: "{{1.email}}", source: "{{3.value}}" })],
        [contact(6, { email: "{{1.email}}" }, when("B", [["{{1.b}}", "notexist"]]))],
      ),
    ]),
  ]),
  "texts and JSON": scenario("JSON", [
    hook,
    module(2, "json:ParseJSON", { json: "{{1.payload}}" }),
    module(3, "util:TextAggregator", { value: "{{2.name}}" }, { parameters: { feeder: 1, rowSeparator: "\n" } }),
    module(
      4,
      "highlevel:createAnOpportunity",
      {
        title: "{{2.name}}",
        pipelineId: "p1",
        stageId: "s1",
        contactId: "{{2.contact.id}}",
        status: "open",
        monetaryValue: '{{parseNumber(2.amount; ",")}}',
        source: "x",
      },
      ofAccount,
    ),
  ]),
};
