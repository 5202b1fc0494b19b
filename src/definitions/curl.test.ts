import { describe, expect, test } from "vitest";
import { readCurl } from "./curl.ts";
import { draftOf } from "./request-draft.ts";

const draft = (text: string) => draftOf(readCurl(text));
const only = (text: string) => {
  const { operations } = draft(text);
  expect(operations).toHaveLength(1);
  return operations[0]!.definition;
};
const fields = (text: string) => only(text).input.map(({ name, in: place }) => `${place} ${name}`);

const create = `curl -X POST 'https://api.helpdesk.example.com/v2/contacts/42/tickets?notify=true' \\
  -H 'Authorization: Bearer sk_live_4242abcdef' \\
  -H "Content-Type: application/json" \\
  -d '{"subject": "It'\\''s stuck", "email": "ada@example.com", "priority": 3, "tags": ["door"], "customer": {"city": "Bonn"}, "password": "hunter2-secret"}'`;

describe("a curl command", () => {
  test("becomes an operation with labelled fields, an address and a login, without the secret", () => {
    const app = draft(create);
    expect(app).toMatchObject({
      title: "Example",
      baseUrl: "https://api.helpdesk.example.com/v2",
      headers: {},
      auth: [{ kind: "token", header: "Authorization", prefix: "Bearer " }],
    });
    expect(app.operations[0]!.definition).toMatchObject({
      id: "contacts.tickets.create",
      title: "Create ticket",
      effect: "create",
      method: "POST",
      path: "/contacts/{contactId}/tickets",
      input: [
        { name: "contactId", in: "path", label: "Contact id", required: true },
        { name: "notify", in: "query", schema: { type: "boolean" } },
        { name: "subject", in: "body", label: "Subject", schema: { type: "string" } },
        { name: "email", in: "body", label: "E-mail", schema: { type: "string", format: "email" } },
        { name: "priority", in: "body", schema: { type: "integer" } },
        { name: "tags", in: "body", control: "tags", schema: { type: "array", items: { type: "string" } } },
        { name: "customer", in: "body", schema: { type: "object", properties: { city: { type: "string" } } } },
        { name: "password", in: "body", schema: { type: "string" } },
      ],
    });
    expect(app.operations[0]!.guesses).toEqual([{ member: "effect", why: "A POST usually makes something new" }]);
    expect(app.notes.map(({ says }) => says)).toContain(
      "The secrets of the login were left out. They are asked for when a connection is made.",
    );
    expect(JSON.stringify(app)).not.toMatch(/sk_live|hunter2/);
  });

  test.each([
    ["-u", "curl -u ada:pa$$word123 https://x.example.com/a", { kind: "basic" }],
    ["in the address", "curl https://ada:s3cret-word@x.example.com/a", { kind: "basic" }],
    ["--oauth2-bearer", "curl --oauth2-bearer abcdef123 https://x.example.com/a", { kind: "token", prefix: "Bearer " }],
    ["a header", "curl -H 'X-Api-Key: abcdef123' https://x.example.com/a", { kind: "header", header: "X-Api-Key" }],
    ["a header with a word", "curl -H 'Authorization: Token abcdef123' https://x.example.com/a", { kind: "token", prefix: "Token " }],
    ["a query", "curl 'https://x.example.com/a?api_key=abcdef123&q=door'", { kind: "query", param: "api_key" }],
    ["nothing", "curl https://x.example.com/a", { kind: "none" }],
  ])("logs in by %s", (_, command, scheme) => {
    const app = draft(command);
    expect(app.auth).toMatchObject([scheme]);
    expect(JSON.stringify(app)).not.toMatch(/abcdef123|word123|s3cret/);
  });

  test.each([
    [
      "cmd",
      'curl ^"https://x.example.com/items^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  --data-raw ^"^{^\\^"name^\\^":^\\^"Door ^& Co^\\^"^}^"',
    ],
    ["PowerShell", "curl.exe -X POST https://x.example.com/items `\n  -H 'content-type: application/json' `\n  -d '{\"name\": \"Door\"}'"],
    ["a prompt", '$ curl https://x.example.com/items \\\n> -H "content-type: application/json" \\\n> -d \'{"name": "Door"}\''],
    ["a broken paste", 'curl https://x.example.com/items \\   \n  --json \'{"name": "Door"}\''],
    [
      "lines without a mark",
      "curl https://x.example.com/items\n  --header 'content-type: application/json'\n  --data-raw '{\"name\": \"Door\"}'",
    ],
    [
      "a here document",
      "curl https://x.example.com/items -H 'content-type: application/json' -d @- <<'EOF'\n{\"name\": \"It's a door\"}\nEOF\n",
    ],
    ["round quotes", "curl https://x.example.com/items -H “content-type: application/json” -d ‘{}’ -d ''"],
  ])("is read as %s writes it", (name, command) => {
    const operation = only(command);
    expect([operation.method, operation.path]).toEqual(["POST", "/items"]);
    if (name !== "round quotes") expect(operation.input).toMatchObject([{ name: "name", in: "body" }]);
  });

  test("sends forms, files and queries", () => {
    expect(fields("curl https://x.example.com/f -d a=1 --data-urlencode 'b=c d' -d 'c%5B%5D=1'")).toEqual(["body a", "body b", "body c"]);
    expect(only("curl https://x.example.com/f -d a=1").body).toBe("form");
    expect(fields("curl -G https://x.example.com/f -d 'filter[email]=a@b.co' --url-query page=2")).toEqual([
      "query page",
      "query filter_email",
    ]);
    const upload = only("curl https://x.example.com/f -F name=Ada -F 'photo=@me.png;type=image/png'");
    expect([upload.body, upload.input.map(({ name }) => name)]).toEqual(["multipart", ["name", "photo"]]);
    expect(only("curl https://x.example.com/f -H 'Content-Type: text/xml' -d '<a/>'").input).toMatchObject([
      { wire: "" },
      { wire: "content-type", fill: { value: "text/xml" } },
    ]);
  });

  test("names path inputs by the ids and variables in it", () => {
    expect(only("curl https://x.example.com/api/v2/users/ocQHyuzHvysMo5N5VsXc/notes/7").path).toBe("/users/{userId}/notes/{noteId}");
    expect(only('curl "https://x.example.com/users/$USER_ID/a/:id/b/<order-id>"').path).toBe("/users/{userId}/a/{id}/b/{orderId}");
    expect(only("curl https://x.example.com/oauth2/v1.2/reports/2024-01").path).toBe("/oauth2/v1.2/reports/{reportId}");
    expect(draft('curl "https://$SUBDOMAIN.example.com/api/a"')).toMatchObject({
      baseUrl: "https://{subdomain}.example.com/api",
      variables: [{ name: "subdomain", label: "Subdomain" }],
    });
    expect(draft('curl "$BASE_URL/a"').baseUrl).toBeNull();
  });

  test("is found in a text, with others, and what cannot be used is noted", () => {
    const app = draft(
      `First do this:\n\n  curl https://x.example.com/a | jq .\n\nthen \`curl https://x.example.com/b -I\` or\ncurl https://x.example.com/a?page=2&size=3 --cert me.pem -b 'sid=1'\nHTTP/1.1 200 OK\n`,
    );
    expect(app.operations.map(({ definition }) => [definition.id, definition.input.map(({ name }) => name)])).toEqual([
      ["a.get", ["page", "size"]],
    ]);
    expect(app.notes).toEqual([
      { at: "line 3", says: "What follows '|' was left out; an address with '&' in it has to be in quotes." },
      { at: "line 5", says: "An operation cannot be made with the method HEAD." },
      { at: "line 6", says: "--cert: A login by client certificate cannot be defined." },
      { at: "line 6", says: "Cookies were left out: a login by cookie ends with the browser's session." },
    ]);
  });

  test("a body that is almost JSON is read, and a text without a command is refused", () => {
    const app = draft('curl https://x.example.com/a --json \'{name: "Door", // what\n "size": 3,}\'');
    expect(app.operations[0]!.definition.input.map(({ name }) => name)).toEqual(["name", "size"]);
    expect(app.notes[0]!.says).toBe("The body is JSON only without words without quotes, comments and commas at the end.");
    for (const text of ["hello", "curl", "curl --help", "curl 'x", "curl ${"]) expect(() => draft(text)).toThrow(/^text: /);
  });

  test("a value that was sent stays out of notes, of the names of other inputs and of the headers of the app", () => {
    const secret = "s3cr3tVALUE99xyz";
    const app = draft(
      `curl 'https://api.example.com:99999/v1?token=${secret}'\n\ncurl https://api.example.com/${secret}/${secret}/users -H 'X-Foo: ${secret}'`,
    );
    expect(JSON.stringify(app)).not.toMatch(/s3cr3t.{0,20}Id|99xyz/);
    expect(app.notes[0]).toEqual({ at: "line 1", says: "'api.example.com:99999' is not the address of an API." });
    expect(app.operations[0]!.definition.input.map(({ name, in: place }) => [name, place])).toEqual([
      ["id", "path"],
      ["id_2", "path"],
      ["x-foo", "header"],
    ]);
  });
});
