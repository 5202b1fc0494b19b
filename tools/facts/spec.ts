/** The parts of an OpenAPI 3.0 document the facts are read from. */
export interface Spec {
  paths: Record<string, Record<string, SpecOperation>>;
  components?: { schemas?: Record<string, SpecSchema> };
}
export interface SpecOperation {
  operationId: string;
  deprecated?: boolean;
  parameters?: SpecParameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: SpecSchema }> };
  responses: Record<string, { content?: Record<string, { schema?: SpecSchema }> }>;
  security?: Record<string, string[]>[];
}
export interface SpecParameter {
  name: string;
  in: string;
  required?: boolean;
  explode?: boolean;
  schema?: SpecSchema;
}
export interface SpecSchema {
  [key: string]: unknown;
  type?: string;
  properties?: Record<string, SpecSchema>;
  items?: SpecSchema;
  allOf?: SpecSchema[];
  anyOf?: SpecSchema[];
  oneOf?: SpecSchema[];
  additionalProperties?: boolean | SpecSchema;
  nullable?: boolean;
  example?: unknown;
  $ref?: string;
}
