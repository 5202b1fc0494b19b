import type { FlowDefinition } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { senders } from "../../lib/senders.ts";

/** A sender's signature scheme in a form. `none`: everybody who knows the address may post. */
export type SenderKind = "none" | keyof typeof senders | "own";

/** A signature scheme that the user describes. Texts as typed; empty ones are left out. */
export interface OwnWay {
  header: string;
  algorithm: string;
  encoding: string;
  prefix: string;
  timestamp: string;
  id: string;
  signed: string;
  toleranceSeconds: string;
}
export interface Signature {
  kind: SenderKind;
  own: OwnWay;
  /** The short name of the connection that holds the secret. */
  connection: string | null;
}

const usualTolerance = "300";
export const usualWay: OwnWay = {
  header: "",
  algorithm: "sha256",
  encoding: "hex",
  prefix: "",
  timestamp: "",
  id: "",
  signed: "",
  toleranceSeconds: usualTolerance,
};

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const isSender = (name: string): name is keyof typeof senders => Object.hasOwn(senders, name);

/** What a flow's trigger says of signatures. */
export function readSignature({ trigger }: FlowDefinition): Signature {
  const connection = trigger.connection ?? null;
  const written = trigger.input?.["signature"];
  if (typeof written === "string" && isSender(written)) return { kind: written, own: usualWay, connection };
  if (!isObject(written)) return { kind: "none", own: usualWay, connection };
  const settings = Object.entries(usualWay).map(([name, usual]) => [name, written[name] === undefined ? usual : text(written[name])]);
  return { kind: "own", own: Object.fromEntries(settings) as OwnWay, connection };
}

/** The definition with another signature; everything else in it stays. */
export function withSignature(definition: FlowDefinition, signature: Signature): FlowDefinition {
  const { connection: _, input = {}, ...trigger } = definition.trigger;
  const { signature: __, ...others } = input;
  const current = signatureOf(signature);
  const fields = { ...others, ...(current !== undefined && { signature: current }) };
  const changed = {
    ...trigger,
    ...(current !== undefined && signature.connection !== null && { connection: signature.connection }),
    ...(Object.keys(fields).length > 0 && { input: fields }),
  };
  return { ...definition, trigger: changed };
}

function signatureOf({ kind, own }: Signature): string | Record<string, string | number> | undefined {
  if (kind === "none") return undefined;
  if (kind !== "own") return kind;
  const { toleranceSeconds, ...texts } = own;
  const filled = Object.entries(texts).filter(([, value]) => value.trim() !== "");
  const isTimed = own.timestamp.trim() !== "";
  return { ...Object.fromEntries(filled), ...(isTimed && { toleranceSeconds: Number(toleranceSeconds) }) };
}

/** Whether nothing is missing for it to be saved. */
export const isComplete = ({ kind, own, connection }: Signature): boolean =>
  kind === "none" || (connection !== null && (kind !== "own" || own.header.trim() !== ""));

/** What is checked of each event, in a sentence. */
export function checkSentence({ kind, own }: Signature): string {
  if (kind === "none") return "Nothing is checked: whoever knows the address can post events.";
  const { header, timed } = kind === "own" ? { header: own.header.trim() || null, timed: own.timestamp.trim() !== "" } : senders[kind];
  const where = header === null ? "the header you name" : `the header ${header}`;
  const minutes = kind === "own" ? Number(own.toleranceSeconds) / 60 : Number(usualTolerance) / 60;
  const lately = timed ? `, not more than ${minutesWords(minutes)} from now` : "";
  return `An event counts only if ${where} shows that it was signed with the secret${lately}. Anything else is answered 401 and starts nothing.`;
}

const minutesWords = (minutes: number): string => {
  if (!Number.isFinite(minutes) || minutes <= 0) return "the time you name";
  return minutes < 2 ? `${Math.round(minutes * 60)} seconds` : `${Math.round(minutes)} minutes`;
};
