import { errorCodes, type ErrorCode } from "#kernel/errors.ts";
import { docComment } from "./type-text.ts";

/** The class of an error: OUTBOUND_REFUSED is OutboundRefusedError. */
const classOf = (code: ErrorCode): string =>
  `${code
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("")}Error`;

/** The error classes of the client: one for each code that a call can give. */
export const errorsText = (codes: readonly ErrorCode[]): string => `${errorBase}
${codes.map((code) => `export class ${classOf(code)} extends MillraceError {}`).join("\n")}

/** @type {Record<string, typeof MillraceError>} */
const classes = { ${codes.map((code) => `${code}: ${classOf(code)}`).join(", ")} };
${errorOf}`;

/** Their types. */
export const errorTypes = (codes: readonly ErrorCode[]): string => `${errorBaseType}
${codes
  .map(
    (code) =>
      `${docComment(errorCodes[code].say, "")}export class ${classOf(code)} extends MillraceError {\n  readonly code: "${code}";\n}`,
  )
  .join("\n")}
`;

const errorBase = String.raw`
/** An error answer of Millrace. */
export class MillraceError extends Error {
  isMillraceError = true;

  /** @param {{ code: string, message: string, details: Record<string, unknown> }} error @param {number} status @param {number | undefined} retryAfterMs */
  constructor({ code, message, details }, status, retryAfterMs) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came, or none that Millrace gives. */
export class MillraceUnreachable extends Error {
  /** @param {string} url @param {unknown} cause */
  constructor(url, cause) {
    super("No Millrace answers at " + url + " (" + (cause instanceof Error ? cause.message : String(cause)) + ").", { cause });
    this.name = "MillraceUnreachable";
    /** @type {number | undefined} */
    this.retryAfterMs = undefined;
  }
}
`;

const errorOf = String.raw`
/** @param {number} status @param {any} answer @param {string | null} retryAfter */
function errorOf(status, answer, retryAfter) {
  const error = answer?.error;
  if (typeof error?.code !== "string") return new MillraceError({ code: "UNKNOWN", message: "Millrace answered " + status + ".", details: {} }, status, undefined);
  const seconds = Number(retryAfter ?? Number.NaN);
  const kind = Object.hasOwn(classes, error.code) ? classes[error.code] : MillraceError;
  return new (kind ?? MillraceError)(error, status, Number.isFinite(seconds) ? seconds * 1000 : undefined);
}
`;

const errorBaseType = `/** An error answer of Millrace. */
export class MillraceError extends Error {
  /** Which error it is; codes do not change. */
  readonly code: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** More about it: the field that is wrong, say. */
  readonly details: Readonly<Record<string, unknown>>;
  /** When to try again, where the answer says so. */
  readonly retryAfterMs: number | undefined;
}
/** No answer came, or none that Millrace gives. */
export class MillraceUnreachable extends Error {}`;
