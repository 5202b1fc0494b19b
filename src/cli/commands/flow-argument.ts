import type { Command } from "commander";
import type { Client } from "#api/client.ts";
import type { FlowView } from "#api/schemas.ts";
import { pick } from "../pick.ts";

/** The option that every command about flows has. */
export interface Json {
  json?: boolean;
}

/** The flow that somebody names. */
export const findFlow = async (api: Client, wanted: string): Promise<FlowView> => pick((await api.flows.list()).flows, wanted, "flow");
/** A command that takes one. */
export const ofOneFlow = (command: Command): Command => command.argument("<flow>", "its name (or how it begins) or id");
