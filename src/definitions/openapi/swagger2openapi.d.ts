/** The part of swagger2openapi that is used; the package has no types of its own. */
declare module "swagger2openapi" {
  export function convertObj(
    document: object,
    options: { patch: boolean; warnOnly: boolean; resolve: boolean },
  ): Promise<{ openapi: Record<string, unknown> }>;
}
