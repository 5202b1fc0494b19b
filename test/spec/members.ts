import type { Description, Raw } from "./document.ts";

/** A part of a schema, and the document its pointers start from. */
export interface Place {
  document: string;
  schema: Raw;
}
export interface Members {
  /** The part at a path of names; undefined where nothing of that name is listed. Where nothing is listed at all, anything may be. */
  at(place: Place, path: string): Place | undefined;
  /** What a list holds; undefined where it is no list. */
  items(place: Place): Place | undefined;
}

/** Finds its way in the schemas of a description: behind pointers, and in each of several parts or alternatives. */
export function membersOf({ documents }: Description): Members {
  function leaves({ document, schema }: Place): Place[] {
    const ref = schema["$ref"];
    if (typeof ref === "string") return leavesBehind(document, ref);
    const parts = ["allOf", "anyOf", "oneOf"].flatMap((key) => (schema[key] as Raw[] | undefined) ?? []);
    return [{ document, schema }, ...parts.flatMap((part) => leaves({ document, schema: part }))];
  }

  function leavesBehind(document: string, ref: string): Place[] {
    const [file = "", pointer = ""] = ref.split("#");
    const where = file === "" ? document : file.split("/").at(-1)!;
    const schemas = (documents.get(where)?.["components"] as Raw | undefined)?.["schemas"] as Record<string, Raw> | undefined;
    const schema = schemas?.[pointer.split("/").at(-1)!];
    return schema ? leaves({ document: where, schema }) : [];
  }

  function member(place: Place, name: string): Place | undefined {
    const found = leaves(place);
    const holder = found.find(({ schema }) => (schema["properties"] as Raw | undefined)?.[name]);
    if (holder) return { document: holder.document, schema: (holder.schema["properties"] as Record<string, Raw>)[name]! };
    const lists = found.some(({ schema }) => schema["properties"] || schema["items"]);
    return lists ? undefined : { document: place.document, schema: {} };
  }

  return {
    at: (place, path) => path.split(".").reduce<Place | undefined>((at, name) => at && (name === "" ? at : member(at, name)), place),
    items(place) {
      const list = leaves(place).find(({ schema }) => schema["items"]);
      return list && { document: list.document, schema: list.schema["items"] as Raw };
    },
  };
}
