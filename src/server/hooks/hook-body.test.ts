import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { hookFormat, readHookBody, unpackBody } from "./hook-body.ts";

const formType = "application/x-www-form-urlencoded";
const read = async (body: string | Buffer, type: string | undefined = "application/json") =>
  readHookBody(Buffer.from(body as string), hookFormat(type));
const payload = async (body: string | Buffer, type?: string) => (await read(body, type)).payload;
const refusal = async (fn: () => unknown): Promise<string> => {
  try {
    await fn();
  } catch (error) {
    if (error instanceof MillraceError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "nothing was refused";
};

describe("content types", () => {
  test.each([
    ["application/json", "json"],
    ["APPLICATION/JSON; charset=utf-8", "json"],
    ["text/json", "json"],
    ["application/javascript", "json"],
    ["application/vnd.api+json", "json"],
    ["application/cloudevents+json", "json"],
    ["text/plain", "json"],
    ["application/x-www-form-urlencoded; charset=UTF-8", "form"],
    ["multipart/form-data; boundary=x", "multipart"],
    ["application/xml", "xml"],
    ["text/xml; charset=utf-8", "xml"],
    ["application/soap+xml", "xml"],
    ["application/x-ndjson", "lines"],
    ["application/jsonl", "lines"],
    ["application/octet-stream", "any"],
    [undefined, "any"],
    ["", "any"],
  ])("%s is read as %s", (type, kind) => {
    expect(hookFormat(type).kind).toBe(kind);
  });

  test("anything else is refused by name", async () => {
    for (const type of ["image/png", "text/csv", "json", "a/b/c+json", "application/pdf", "multipart/mixed; boundary=x"])
      expect(await refusal(() => hookFormat(type)), type).toMatch(/^UNSUPPORTED_MEDIA .*Send JSON, XML or a web form/);
  });

  test("where none is named, JSON is read, and what is none is refused as before", async () => {
    expect(await payload('{"a":1}', undefined)).toEqual({ a: 1 });
    expect(await payload('[{"a":1}]', "application/octet-stream")).toEqual([{ a: 1 }]);
    expect(await payload("<?xml version='1.0'?><a>1</a>", "")).toEqual({ a: "1" });
    expect(await refusal(() => read("hello", ""))).toMatch(/^UNSUPPORTED_MEDIA .*missing/);
    expect(await refusal(() => read("{oops", ""))).toContain("not valid JSON");
  });
});

describe("an empty body", () => {
  test.each(["application/json", formType, "multipart/form-data; boundary=x", "application/xml", "application/x-ndjson", "", undefined])(
    "under %s is an event without fields",
    async (type) => {
      expect(await payload("", type)).toEqual({});
      if (type !== undefined && !type.startsWith("multipart")) expect(await payload(" \n", type)).toEqual({});
    },
  );
});

describe("content types x codings x charsets", () => {
  const codings: Record<string, (bytes: Buffer) => Buffer> = {
    identity: (bytes) => bytes,
    gzip: (bytes) => gzipSync(bytes),
    deflate: (bytes) => deflateSync(bytes),
    "deflate ": (bytes) => deflateRawSync(bytes),
    br: (bytes) => brotliCompressSync(bytes),
    "br, gzip": (bytes) => gzipSync(brotliCompressSync(bytes)),
  };
  const name = (charset: string): Buffer =>
    ({
      "utf-8": Buffer.from("José", "utf8"),
      "iso-8859-1": Buffer.from("José", "latin1"),
      "windows-1252": Buffer.from("José", "latin1"),
    })[charset]!;
  const join = (...parts: (string | Buffer)[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const percent = (bytes: Buffer) => [...bytes].map((byte) => `%${byte.toString(16)}`).join("");
  const multipart = (charset: string, line: string) =>
    join(`--x\r\nContent-Disposition: form-data; name="n"${line}\r\n\r\n`, name(charset), "\r\n--x--\r\n");
  const bodies: Record<string, (charset: string) => Buffer> = {
    "application/json": (charset) => join('{"n":"', name(charset), '"}'),
    "text/plain": (charset) => join('{"n":"', name(charset), '"}'),
    "application/x-ndjson": (charset) => join('{"n":"', name(charset), '"}\n'),
    "text/xml": (charset) => join("<r><n>", name(charset), "</n></r>"),
    [formType]: (charset) => Buffer.from(`n=${percent(name(charset))}`),
    "multipart/form-data; boundary=x": (charset) => multipart(charset, `\r\nContent-Type: text/plain; charset=${charset}`),
  };
  const right: Record<string, unknown> = { "application/x-ndjson": [{ n: "José" }], "text/xml": { r: { n: ["José"] } } };
  const swept = Object.keys(bodies).flatMap((type) =>
    Object.keys(codings).flatMap((coding) => ["utf-8", "iso-8859-1", "windows-1252"].map((charset) => [type, coding, charset] as const)),
  );

  test.each(swept)("%s, packed as '%s', in %s", async (type, coding, charset) => {
    const posted = codings[coding]!(bodies[type]!(charset));
    const plain = unpackBody(posted, coding.trim(), 1_000_000);
    const named = type.startsWith("multipart") ? type : `${type}; charset=${charset}`;
    expect((await readHookBody(plain, hookFormat(named))).payload).toEqual(right[type] ?? { n: "José" });
  });

  test("without a charset, forms are UTF-8 or else windows-1252; JSON has to be UTF-8", async () => {
    for (const charset of ["utf-8", "iso-8859-1"]) {
      expect(await payload(bodies[formType]!(charset), formType)).toEqual({ n: "José" });
      expect(await payload(multipart(charset, ""), "multipart/form-data; boundary=x")).toEqual({ n: "José" });
    }
    expect(await refusal(() => read(bodies["application/json"]!("iso-8859-1")))).toContain("is not UTF-8 text");
    expect(await payload(join('<?xml version="1.0" encoding="ISO-8859-1"?><n>', name("iso-8859-1"), "</n>"), "text/xml")).toEqual({
      n: "José",
    });
    expect(await payload("_charset_=iso-8859-15&n=%A4", formType)).toEqual({ _charset_: "iso-8859-15", n: "€" });
  });

  test("a charset nobody has is named", async () => {
    for (const type of ["application/json", formType])
      expect(await refusal(() => read(bodies[type]!("iso-8859-1"), `${type}; charset=x-klingon`)), type).toContain("'x-klingon'");
  });

  test("what is packed stays within the bound, and says what it is not", async () => {
    const bomb = gzipSync(Buffer.alloc(2_000_000));
    expect(bomb.length).toBeLessThan(5_000);
    expect(await refusal(() => unpackBody(bomb, "gzip", 1_000_000))).toContain("BODY_TOO_LARGE");
    expect(await refusal(() => unpackBody(gzipSync(bomb), "gzip, gzip", 1_000_000))).toContain("BODY_TOO_LARGE");
    expect(await refusal(() => unpackBody(Buffer.from("{}"), "gzip", 100))).toContain("is said to be compressed with 'gzip'");
    expect(await refusal(() => unpackBody(Buffer.from("{}"), "compress", 100))).toContain("compressed (compress)");
  });
});

describe("JSON", () => {
  test("gives the payload and its text as received", async () => {
    expect(await read('{"a": 1}')).toEqual({ payload: { a: 1 }, text: '{"a": 1}' });
    expect(await payload("[1, 2]")).toEqual([1, 2]);
    expect(await payload('\uFEFF{"a":1}')).toEqual({ a: 1 });
    expect(await payload('{"a":1}\n\n{"a":9007199254740993}\r\n', "application/x-ndjson")).toEqual([{ a: 1 }, { a: "9007199254740993" }]);
  });

  test.each([
    ["{", "is not valid JSON"],
    ['{"a":1}}', "is not valid JSON"],
    ["null", "holds null"],
    ['"text"', "holds a string"],
    ["42", "holds a number"],
    ["[".repeat(100_000) + "]".repeat(100_000), "nested deeper than 64"],
    ['{"__proto__": {"admin": true}}', "'__proto__'"],
    ['{"a": [{"\\u005f_proto__": 1}]}', "'__proto__'"],
  ])("like %.40s is refused with a sentence", async (text, problem) => {
    expect(await refusal(() => read(text))).toMatch(new RegExp(`^BAD_INPUT body: .*${problem.replace(/[()]/g, ".")}`));
  });

  test("may speak of __proto__ in a text", async () => {
    expect(await payload('{"comment":"I love __proto__"}')).toEqual({ comment: "I love __proto__" });
  });
});

describe("a form", () => {
  test("is a flat object; a repeated name becomes a list", async () => {
    expect(await payload("email=ada%40example.com&tags=a&tags=b&empty=&none&x=a%2", formType)).toEqual({
      email: "ada@example.com",
      tags: ["a", "b"],
      empty: "",
      none: "",
      x: "a%2",
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ["one%5B%5D=x", { "one[]": ["x"], one: ["x"] }],
    ["opts[]=a&opts[]=b", { "opts[]": ["a", "b"], opts: ["a", "b"] }],
    ["data[merges][FNAME]=Ada&data[id]=7", { "data[merges][FNAME]": "Ada", "data[id]": "7", data: { merges: { FNAME: "Ada" }, id: "7" } }],
    ["i[0][sku]=a&i[1][sku]=b", { "i[0][sku]": "a", "i[1][sku]": "b", i: [{ sku: "a" }, { sku: "b" }] }],
    ["u[tags][]=a", { "u[tags][]": ["a"], u: { tags: ["a"] } }],
    ["a=1&a[b]=2", { a: "1", "a[b]": "2" }],
    ["a[=1&]b[=2", { "a[": "1", "]b[": "2" }],
  ])("with the names of %s is nested beside flat", async (text, expected) => {
    expect(await payload(text, formType)).toEqual(expected);
  });

  test("cannot reach a prototype, nor bring endless fields", async () => {
    for (const text of ["__proto__=1", "__proto__[a]=1", "a[__proto__][b]=1", "constructor[prototype][a]=1"])
      expect(await refusal(() => read(text, formType)), text).toContain("'__proto__'");
    expect(await refusal(() => read("a=1&".repeat(2001), formType))).toContain("more than 2000 fields");
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });
});

describe("multipart", () => {
  const part = (disposition: string, content: string, more = "") =>
    `--x\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n${content}\r\n`;
  const post = (...parts: string[]) => payload(`${parts.join("")}--x--\r\n`, "multipart/form-data; boundary=x");

  test("gives fields as text, also those that hold JSON, and files with their content", async () => {
    expect(
      await post(
        part('name="formID"', "2212"),
        part('name="rawRequest"', '{"q3_email":"ada@example.com"}'),
        part('name="tags[]"', "a"),
        part('name="cv"; filename="cv.pdf"', "%PDF", "Content-Type: application/pdf\r\n"),
        part('name="none"; filename=""', "", "Content-Type: application/octet-stream\r\n"),
      ),
    ).toEqual({
      formID: "2212",
      rawRequest: '{"q3_email":"ada@example.com"}',
      "tags[]": ["a"],
      tags: ["a"],
      cv: { filename: "cv.pdf", contentType: "application/pdf", base64: Buffer.from("%PDF").toString("base64") },
    });
  });

  test("that is cut off, has no boundary, or endless parts is refused", async () => {
    const cut = part('name="a"', "1");
    expect(await refusal(() => read(cut, "multipart/form-data; boundary=x"))).toContain("no complete multipart");
    expect(await refusal(() => read(cut, "multipart/form-data"))).toContain("no complete multipart");
    expect(await refusal(() => post(...Array.from({ length: 2001 }, () => part('name="a"', "1"))))).toContain("more than 2000 fields");
    expect(await refusal(() => post(part('name="__proto__"', "1")))).toContain("'__proto__'");
  });
});

describe("XML", () => {
  test.each([
    ["more elements", `<a>${"<b/>".repeat(10_001)}</a>`, "more than 10,000 elements and attributes"],
    [
      "more attributes",
      `<a ${Array.from({ length: 10_001 }, (_, i) => `a${i}=""`).join(" ")}/>`,
      "more than 10,000 elements and attributes",
    ],
    ["more references", `<a>${"&amp;".repeat(20_001)}</a>`, "more than 20,000 references"],
    ["a longer text", `<a>${"x".repeat(600_000)}</a>`, "larger than 512 KiB"],
  ])("of %s than can be read in a moment is refused at once", async (_, xml, problem) => {
    const began = process.cpuUsage();
    expect(await refusal(() => read(xml, "application/xml"))).toContain(problem);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(200);
  });

  const xml = (text: string) => payload(text, "application/xml");

  test("is an object in which every element below the root is a list, one or several", async () => {
    expect(
      await xml('<?xml version="1.0"?><order id="07"><item>a</item><customer vip="1">Ada &amp; Co<mail>a@b.c</mail></customer></order>'),
    ).toEqual({
      order: { "@id": "07", item: ["a"], customer: [{ "@vip": "1", "#text": "Ada & Co", mail: ["a@b.c"] }] },
    });
    expect(await xml("<o><item>007</item><item/><item><![CDATA[a<b &amp;]]></item><!-- <x> --></o>")).toEqual({
      o: { item: ["007", "", "a<b &amp;"] },
    });
  });

  test.each([
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"],
    ['<!DOCTYPE a [<!ENTITY x "xx">]><a>&x;</a>', "DOCTYPE"],
    ["<a>".repeat(65) + "</a>".repeat(65), "nested deeper than 64"],
    ["<a><b></a>", "not valid XML"],
    ["<a", "not valid XML"],
    ["<!-- ", "not valid XML"],
    ["text", "not valid XML"],
    ["<a/><b/>", "one element around all others"],
    ["<a><__proto__>1</__proto__></a>", "names is not allowed"],
  ])("like %.60s is refused", async (text, problem) => {
    expect(await refusal(() => xml(text))).toMatch(new RegExp(`^BAD_INPUT body: .*${problem}`));
  });

  test("keeps an entity that nobody declared as it is written", async () => {
    expect(await xml("<a>&nbsp;&#233;&#x1F44D;</a>")).toEqual({ a: "&nbsp;é👍" });
  });
});
