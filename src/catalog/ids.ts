import type { InputField } from "./types.ts";

const idNames =
  /^(contact|opportunity|conversation|appointment|event|calendar|pipeline|pipelineStage|assignedUser|user|workflow|campaign)Id$|^assignedTo$/;

/** Whether a field surely takes the id of a record, and no name in its place. */
export const isBareId = ({ name, wire = name, in: place, fill, lookup }: InputField): boolean =>
  !fill && !lookup?.by && place !== "setting" && (idNames.test(wire) || (place === "path" && /(^i|I)d$/.test(wire)));

/** Whether a text cannot be an id: a name, or an e-mail address. */
export const isNoId = (text: string): boolean => /[\s@]/.test(text.trim());
