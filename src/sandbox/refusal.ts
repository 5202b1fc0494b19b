export interface RefusalBody {
  message?: string | string[];
  /** A word; an object in the newer version's lists. */
  error?: string | { code: string; message: string };
  [more: string]: unknown;
}

/** An answer other than success, in the vendor's shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: RefusalBody;

  constructor(status: number, body: RefusalBody) {
    super(saidBy(body) ?? String(status));
    this.status = status;
    this.body = body;
  }
}

/** What a refusal says, in one line. */
export function saidBy({ message, error }: RefusalBody): string | undefined {
  if (message !== undefined) return [message].flat().join("; ");
  return typeof error === "object" ? error.message : error;
}

const reasons: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Payload Too Large",
  422: "Unprocessable Entity",
};

const refusal = (status: number, message: string | string[], more: Record<string, unknown> = {}) =>
  new Refusal(status, { statusCode: status, message, ...(reasons[status] && { error: reasons[status] }), ...more });

/** 400 carries no `error` in the vendor's common shape. */
export const badRequest = (message: string, more: Record<string, unknown> = {}) => new Refusal(400, { statusCode: 400, message, ...more });
export const unauthorized = (message: string) => refusal(401, message);
export const forbidden = (message: string) => refusal(403, message);
export const notFound = (message: string) => refusal(404, message);
/** An address the vendor does not have, under the version asked for, or does not open to such a login: its gateway knows no scope of it. */
export const unknownRoute = () =>
  new Refusal(401, {
    statusCode: 401,
    message: "This route is not yet supported by the IAM Service. Please update your IAM config.",
  });
export const tooLarge = () => refusal(413, "request entity too large");
/** What the strict validator answers: a list. */
export const unprocessable = (messages: string[]) => refusal(422, messages);
export const tooManyRequests = () => new Refusal(429, { statusCode: 429, message: "Too many requests, please try again later." });
export const noSuch = (what: string, id: string) => badRequest(`${what} with id ${id} not found`);
export const wrongLocation = () => forbidden("The token does not have access to this location.");
