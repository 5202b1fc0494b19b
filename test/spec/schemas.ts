import { Ajv2019, type ErrorObject, type ValidateFunction } from "ajv/dist/2019.js";
import { isObject } from "#kernel/json.ts";
import type { Description, Raw } from "./document.ts";

/** Says what is wrong with a value, a line each; nothing when it fits. */
export type Judge = (value: unknown) => string[];

/**
 * The vendor's schemas as a validator reads them, and as its own service does: keys that are not described are refused.
 * What OpenAPI 3.0 says in its own way (`nullable`, `example`) is translated; so are habits of the vendor: a type that is none
 * (`any`), a scalar that is called an object and shows by its example what it is, a list of texts or lists whose example shows records,
 * a list of choices within a list.
 * An `open` one lets undescribed keys pass, as a client does that reads answers.
 */
export function schemaJudge({ documents }: Description, { open = false } = {}): { at(document: string, schema: Raw): Judge } {
  const ajv = new Ajv2019({ strict: false, allErrors: true, unicodeRegExp: false, validateFormats: true, logger: false });
  ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));
  for (const format of ["binary", "float", "double", "int32", "int64", "date", "uri", "url", "email", "uuid"]) ajv.addFormat(format, true);
  const translator = translate(documents, open);
  for (const name of documents.keys()) ajv.addSchema({ $id: name, components: { schemas: translator.definitions(name) } });
  const compiled = new WeakMap<Raw, ValidateFunction>();
  return {
    at(document, schema) {
      const validate = compiled.get(schema) ?? ajv.compile(translator.strict(document, schema) as object);
      compiled.set(schema, validate);
      return (value) => (validate(value) ? [] : [...new Set(validate.errors!.filter(isCause).map(sentenceOf))]);
    },
  };
}

/** That no alternative fits is told beside why each does not. */
const isCause = ({ keyword }: ErrorObject): boolean => keyword !== "if";

function sentenceOf({ instancePath, keyword, params, message = "" }: ErrorObject): string {
  const at = instancePath.replaceAll(/\/\d+/g, "[]").replaceAll("/", ".").replace(/^\./, "");
  const detail = (params as Record<string, unknown>)["unevaluatedProperty"] ?? (params as Record<string, unknown>)["missingProperty"];
  if (keyword === "unevaluatedProperties") return `${at}: has '${detail}', which is not described`;
  if (keyword === "required") return `${at}: lacks '${detail}'`;
  return `${at}: ${message}`;
}

function translate(documents: Description["documents"], open: boolean) {
  /** The schema behind a pointer; undefined where it leads nowhere. */
  function target(document: string, ref: string): { document: string; name: string; schema: Raw } | undefined {
    const [file = "", pointer = ""] = ref.split("#");
    const where = file === "" ? document : file.split("/").at(-1)!;
    const name = pointer.split("/").at(-1)!;
    const schemas = (documents.get(where)?.["components"] as Raw | undefined)?.["schemas"] as Record<string, Raw> | undefined;
    return schemas?.[name] && { document: where, name, schema: schemas[name] };
  }

  const definitions = (document: string): Raw => {
    const schemas = ((documents.get(document)!["components"] as Raw | undefined)?.["schemas"] ?? {}) as Record<string, Raw>;
    return mapValues(schemas, (schema) => plain(document, schema));
  };

  /** A schema where it is used: what it and its parts do not name is refused. */
  function strict(document: string, schema: Raw): Raw {
    const out = plain(document, schema);
    return !open && closes(document, schema) ? { ...out, unevaluatedProperties: false } : out;
  }

  /** Whether a schema lists members, here or in the parts it is made of, and says nothing of others. */
  function closes(document: string, schema: Raw): boolean {
    const found = typeof schema["$ref"] === "string" ? target(document, schema["$ref"]) : undefined;
    if (found) return closes(found.document, found.schema);
    if (schema["additionalProperties"] !== undefined) return false;
    const parts = ["allOf", "anyOf", "oneOf"].flatMap((key) => (schema[key] as Raw[] | undefined) ?? []);
    if (parts.length > 0) return parts.every((part) => closes(document, part) || part["type"] !== "object");
    return Object.keys((schema["properties"] as Raw | undefined) ?? {}).length > 0;
  }

  function plain(document: string, schema: Raw): Raw {
    if (typeof schema["$ref"] === "string") {
      const found = target(document, schema["$ref"]);
      return found ? { $ref: `${found.document}#/components/schemas/${encodeURIComponent(found.name)}` } : {};
    }
    const out = members(document, schema);
    return schema["nullable"] === true ? { anyOf: [out, { type: "null" }] } : out;
  }

  function members(document: string, schema: Raw): Raw {
    const out: Raw = {};
    const type = typeOf(schema);
    if (type) out["type"] = type;
    for (const key of kept) if (schema[key] !== undefined) out[key] = schema[key];
    if (Array.isArray(schema["enum"])) out["enum"] = schema["enum"].flat(); // a few put the list into a list
    if (Array.isArray(schema["required"])) out["required"] = schema["required"];
    if (schema["properties"]) out["properties"] = mapValues(schema["properties"] as Record<string, Raw>, (s) => strict(document, s));
    if (schema["items"]) out["items"] = showsRecords(schema) ? { type: "object" } : strict(document, schema["items"] as Raw);
    for (const key of ["allOf", "anyOf", "oneOf"]) {
      const parts = schema[key] as Raw[] | undefined;
      if (parts?.length) out[key === "oneOf" ? "anyOf" : key] = parts.map((s) => plain(document, s)); // its alternatives overlap
    }
    const more = schema["additionalProperties"];
    if (more !== undefined) out["additionalProperties"] = typeof more === "boolean" ? more : strict(document, more as Raw);
    return out;
  }

  return { definitions, strict };
}

const kept = ["format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "pattern"];
const types = new Set(["string", "number", "integer", "boolean", "object", "array"]);

function typeOf(schema: Raw): string | undefined {
  const { type, properties, additionalProperties } = schema;
  if (typeof type !== "string" || !types.has(type)) return undefined;
  if (type !== "object" || properties || additionalProperties) return type;
  const shown = schema["example"] ?? (schema["enum"] as unknown[] | undefined)?.flat()[0] ?? schema["default"];
  if (Array.isArray(shown)) return undefined;
  if (typeof shown === "string") return /^\s*[[{]/.test(shown) ? "object" : "string";
  return typeof shown === "number" || typeof shown === "boolean" ? typeof shown : "object";
}

function showsRecords({ items, example }: Raw): boolean {
  const { type, items: inner } = items as Raw;
  const shown: unknown = Array.isArray(example) ? example[0] : example;
  return (type === "string" || (type === "array" && !inner)) && isObject(shown);
}

const mapValues = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
