/** A server made of OpenAPI documents: it answers with their examples, and refuses what their parameters and bodies do not allow. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isObject } from "#kernel/json.ts";

type Node = Record<string, unknown>;
interface Asked {
  method: string;
  path: string;
  query: Record<string, string[]>;
  headers: IncomingMessage["headers"];
  body: string;
}

const object = (value: unknown): Node => (isObject(value) ? value : {});
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Opens it. Each document is at `/<name>.json`, and its API at the address it names, which is below `/<name>`. */
export async function openMock(documents: (origin: string) => Record<string, object | string>) {
  const asked: Asked[] = [];
  let served: Record<string, object | string> = {};
  const server = createServer((req, res) => {
    void (async () => {
      const url = new URL(req.url!, "http://mock.test");
      const given = served[url.pathname.slice(1)];
      if (given !== undefined) {
        const isText = typeof given === "string";
        return res
          .writeHead(200, { "content-type": isText ? "text/html" : "application/json" })
          .end(isText ? given : JSON.stringify(given));
      }
      const query: Record<string, string[]> = {};
      for (const [name, value] of url.searchParams) (query[name] ??= []).push(value);
      const ask: Asked = { method: req.method!, path: url.pathname, query, headers: req.headers, body: await text(req) };
      asked.push(ask);
      const [, name = ""] = ask.path.split("/");
      const document = served[`${name}.json`];
      const { status, reply } = isObject(document) ? answer(document, ask) : { status: 404, reply: { message: "no such document" } };
      return res.writeHead(status, { "content-type": "application/json" }).end(status === 204 ? undefined : JSON.stringify(reply));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  served = documents(`http://${host}`);
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://${host}`, host, asked, close };
}

interface Reply {
  status: number;
  reply?: unknown;
}
const refused = (message: string): Reply => ({ status: 400, reply: { message } });

function answer(root: Node, ask: Asked): Reply {
  const base = baseOf(root);
  for (const [path, value] of Object.entries(object(root["paths"]))) {
    const item = followed(root, value);
    const operation = object(item[ask.method.toLowerCase()]);
    const [bare = ""] = path.split(/[?#]/);
    const pattern = new RegExp(`^${base}${bare.replace(/[.]/g, "\\.").replace(/\{[^}]*\}/g, "([^/]+?)")}$`);
    if (!pattern.test(ask.path) || !("responses" in operation)) continue;
    const parameters = [...nodes(item["parameters"]), ...nodes(operation["parameters"])].map((each) => followed(root, each));
    return problemOf(root, operation, parameters, ask) ?? example(root, operation);
  }
  return { status: 404, reply: { message: `no ${ask.method} ${ask.path}` } };
}

function baseOf(root: Node): string {
  if (root["swagger"] !== undefined) return String(root["basePath"]);
  const [server] = nodes(root["servers"]);
  const url = String(server?.["url"]).replace(/\{(\w+)\}/g, (_, name: string) =>
    String(object(object(server?.["variables"])[name])["default"]),
  );
  return new URL(url).pathname.replace(/\/$/, "");
}

function followed(root: Node, value: unknown): Node {
  let node = object(value);
  for (let hops = 0; typeof node["$ref"] === "string" && hops < 10; hops++) {
    const parts = node["$ref"]
      .slice(2)
      .split("/")
      .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
    node = object(parts.reduce<unknown>((at, part) => object(at)[part], root));
  }
  return node;
}

function problemOf(root: Node, operation: Node, parameters: readonly Node[], { query, headers, body }: Asked): Reply | undefined {
  const known = new Set(parameters.filter((each) => each["in"] === "query").map((each) => String(each["name"])));
  for (const name of Object.keys(query))
    if (!known.has(name.replace(/\[\w+\]$/, "")) && name !== "key") return refused(`no parameter '${name}'`);
  for (const { name, in: place, required } of parameters) {
    if (required !== true) continue;
    if (place === "query" && !query[String(name)]) return refused(`'${String(name)}' is missing`);
    if (place === "header" && headers[String(name).toLowerCase()] === undefined) return refused(`'${String(name)}' is missing`);
  }
  const schema = bodySchema(root, operation, parameters);
  if (!schema) return undefined;
  const sent = sentBody(String(headers["content-type"]), body);
  if (sent === undefined) return refused("the body cannot be read");
  const missing = (Array.isArray(schema["required"]) ? schema["required"] : []).find((name) => !Object.hasOwn(object(sent), String(name)));
  if (missing !== undefined) return refused(`'${String(missing)}' is missing in the body`);
  const wrong = Object.entries(object(schema["properties"])).find(([name, each]) => {
    const type = followed(root, each)["type"];
    return Object.hasOwn(object(sent), name) && type === "integer" && !Number.isInteger(Number(object(sent)[name]));
  });
  return wrong && refused(`'${wrong[0]}' is no whole number`);
}

function bodySchema(root: Node, operation: Node, parameters: readonly Node[]): Node | undefined {
  const [kind] = Object.values(object(followed(root, operation["requestBody"])["content"]));
  const ofBody = kind ?? parameters.find((each) => each["in"] === "body");
  if (ofBody) return followed(root, object(ofBody)["schema"]);
  const form = parameters.filter((each) => each["in"] === "formData");
  return form.length === 0 ? undefined : { required: form.filter((each) => each["required"]).map((each) => each["name"]) };
}

function sentBody(type: string, body: string): unknown {
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(body));
  if (type.startsWith("multipart/form-data"))
    return Object.fromEntries(
      [...body.matchAll(/name="([^"]+)"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/g)].map(([, name, value]) => [name, value]),
    );
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function example(root: Node, operation: Node): Reply {
  const [code, value] = Object.entries(object(operation["responses"]))[0] ?? ["200", {}];
  const response = followed(root, value);
  const media = object(object(response["content"])["application/json"]);
  const [named] = Object.values(object(media["examples"])).map((each) => object(each)["value"]);
  return { status: Number(code), reply: media["example"] ?? named ?? object(response["examples"])["application/json"] ?? { ok: true } };
}
