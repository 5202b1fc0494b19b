import type { FlowTemplate } from "../format.ts";

/** Templates by their ids. */
export type TemplateLibrary = Readonly<Record<string, FlowTemplate>>;
