import { z } from "zod";
import { fieldName, headerName, isOfTransport, setByMillrace, text } from "../definition-texts.ts";

/** One thing a login asks for. */
export const loginField = z.strictObject({
  /** Its name in the secret, or among the connection's settings. */
  name: fieldName,
  /** `secret` is sealed and never shown again; a `setting` is stored in the open and steers how the login is sent. */
  in: z.enum(["secret", "setting"]),
  label: text(80),
  /** One line under the field. */
  help: text(300).optional(),
  placeholder: text(80).optional(),
  /** Always, or only beside or without another field. */
  required: z.union([z.literal(true), z.strictObject({ with: fieldName }), z.strictObject({ without: fieldName })]).optional(),
  /** Sealed as well, and readable while it is typed: a user name, a client id. */
  readable: z.literal(true).optional(),
  /** Set by Millrace or a program, and not asked of a person. */
  unasked: z.literal(true).optional(),
  /** Spaces at its ends may belong to it. */
  verbatim: z.literal(true).optional(),
  /** An address that is a secret by being unguessable. */
  url: z.literal(true).optional(),
});
export type LoginField = z.infer<typeof loginField>;

/** What an app says of a login of almost every kind: its title, and what it asks for where that is not the usual. */
export const titled = {
  title: text(80),
  fields: z.array(loginField).max(20).optional(),
  /** After how many days the app advises to replace it. */
  rotateDays: z.int().min(1).max(3650).optional(),
};

/** The header a login is sent in. */
export const loginHeader = headerName.refine((name) => !isOfTransport(name), { error: ({ input }) => setByMillrace(String(input)) });

/** The usual field of a login that is one text. */
export const token: LoginField = { name: "token", in: "secret", label: "Token", required: true };
