/** The webhooks and callbacks of a document as triggers. */
import { triggerDefinition } from "#api/schemas/apps.ts";
import type { AppDraft } from "#api/schemas/app-drafts.ts";
import { sampleOf } from "#catalog/schema-sample.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { guessIdentity, labelOf, operationIdOf } from "../guess.ts";
import { exampleOf } from "./answers.ts";
import type { OperationTools } from "./operations.ts";
import { problemOf } from "./problem.ts";
import type { Node } from "./refs.ts";
import { plainText } from "./words.ts";

const mostTriggers = 100;

/** Something that the app posts. */
interface Event {
  name: string;
  node: Node;
  at: string;
  note?: string;
}

/** The triggers of a document: what it posts by itself, and what an operation makes it post. */
export function triggersOf(tools: OperationTools): AppDraft["triggers"] {
  const events = [...webhooksOf(tools), ...callbacksOf(tools)];
  if (events.length > mostTriggers)
    tools.notes.add("webhooks", `The document has ${events.length} events; the first ${mostTriggers} are taken.`);
  return events.slice(0, mostTriggers).flatMap((event) => triggerOf(event, tools));
}

function webhooksOf({ root, refs }: OperationTools): Event[] {
  const webhooks = [root["webhooks"], root["x-webhooks"]].find(isObject) ?? {};
  return Object.entries(webhooks).flatMap(([name, value]) => {
    const target = refs.follow(value, `webhooks.${name}`);
    return target ? posted(name, target.node, `webhooks.${name}`) : [];
  });
}

function callbacksOf({ root, refs }: OperationTools): Event[] {
  const paths = isObject(root["paths"]) ? Object.entries(root["paths"]) : [];
  return paths.flatMap(([path, value]) => {
    const item = refs.peek(value) ?? {};
    return Object.entries(item).flatMap(([method, operation]) => {
      if (!isObject(operation) || !isObject(operation["callbacks"])) return [];
      return Object.entries(operation["callbacks"]).flatMap(([name, callback]) => {
        const at = `paths.${path}.${method}.callbacks.${name}`;
        const target = refs.follow(callback, at);
        const note = `It is posted to the address that ${method.toUpperCase()} ${path} is given.`;
        return Object.values(target?.node ?? {}).flatMap((each) =>
          posted(name, refs.peek(each) ?? {}, at).map((event) => ({ ...event, note })),
        );
      });
    });
  });
}

const posted = (name: string, item: Node, at: string): Event[] => (isObject(item["post"]) ? [{ name, node: item["post"], at }] : []);

function triggerOf({ name, node, at, note }: Event, tools: OperationTools): AppDraft["triggers"] {
  const body = tools.refs.peek(node["requestBody"])?.["content"];
  const [type, kind] = (isObject(body) ? Object.entries(body) : []).find(([each]) => /json|\*/i.test(each)) ?? [];
  const media = isObject(kind) ? kind : {};
  const output = tools.schemas.read(media["schema"], `${at}.requestBody.content.${type ?? ""}.schema`, "output");
  const id = operationIdOf("POST", `/${name}`, name, tools.ids);
  const definition = {
    id,
    title: plainText(node["summary"], 80) ?? labelOf(name),
    ...categoryOf(node),
    key: keyOf(output.properties ?? {}, guessIdentity(output)?.value),
    ...(Object.keys(output).length > 0 && { output }),
    example: asObject(exampleOf(media, tools) ?? sampleOf(output)),
    ...(id !== name && note === undefined && name.length <= 120 && { webhooks: { event: name } }), // by its own name it is registered
    ...(note !== undefined && { note: note.slice(0, 500) }),
  };
  const read = triggerDefinition.safeParse(definition);
  if (!read.success) tools.notes.add(at, `This event is left out: ${problemOf(read.error)}.`);
  return read.success ? [read.data] : [];
}

function categoryOf(node: Node): { category?: string } {
  const category = Array.isArray(node["tags"]) ? plainText(node["tags"][0], 60) : undefined;
  return category === undefined ? {} : { category };
}

/** What tells an event from another: its own id. The id of the record it is about would let only its first event through. */
function keyOf(members: object, identity: string | undefined): string[] {
  const own = Object.keys(members).find((name) => /^(event|delivery|message|notification|webhook)_?id$/i.test(name));
  if (own !== undefined) return [own];
  const isEnvelope = Object.keys(members).some((name) => /^(type|event|event_?type|topic|action)$/i.test(name));
  return identity === "id" && isEnvelope ? ["id"] : [];
}

const asObject = (value: Json): Record<string, Json> => (isObject(value) ? value : { value });
