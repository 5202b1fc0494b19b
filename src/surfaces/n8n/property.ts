/** A field of a node as n8n describes it: the part of its shape that is used here. */
export interface NodeProperty {
  displayName: string;
  name: string;
  type: "string" | "number" | "boolean" | "options" | "dateTime" | "json" | "collection" | "fixedCollection" | "resourceLocator" | "notice";
  default: unknown;
  description?: string;
  placeholder?: string;
  required?: boolean;
  noDataExpression?: boolean;
  typeOptions?: Record<string, unknown>;
  displayOptions?: { show: Record<string, unknown[]> };
  options?: readonly (NodeOption | NodeProperty | NodePropertyGroup)[];
  modes?: readonly object[];
}

export interface NodeOption {
  name: string;
  value: unknown;
  action?: string;
  description?: string;
}
export interface NodePropertyGroup {
  displayName: string;
  name: string;
  values: NodeProperty[];
}

/** How the node turns what a person filled in into an input: by the member of the input that it is for. */
export interface NodeField {
  /** The name of the property. */
  property: string;
  /** The name in the operation's input. */
  field: string;
  kind: "plain" | "choice" | "json" | "locator" | "pairs";
}

/** A list whose rows a field chooses from. */
export interface NodeLookup {
  /** The full name of the list operation. */
  operation: string;
  input: object;
  /** Path of the list within a row, where the choices are there. */
  list?: string;
  value: string;
  label: string[];
  /** The input that takes what a person types, where the list is searched on the other side. */
  query?: string;
}
