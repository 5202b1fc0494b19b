import type { Dispatcher } from "undici";

export interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}
export interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Fails before (`connect`) or after (`sent`) the request was written. */
  fail?: { when: "connect" | "sent"; code: string };
  /** Never answers. */
  silent?: boolean;
}

/** Answers in place of the network, and remembers what was sent. */
export function fakeDispatcher(answer: (sent: Sent, nth: number) => Scripted | Promise<Scripted>) {
  const sent: Sent[] = [];
  const dispatcher = {
    dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
      const request: Sent = {
        url: `${String(options.origin)}${options.path}`,
        method: options.method,
        headers: { ...(options.headers as Record<string, string>) },
        body: (options.body as string | null) ?? null,
      };
      void Promise.resolve().then(async () => {
        const nth = sent.push(request);
        play(handler, await answer(request, nth));
      });
      return true;
    },
  };
  return { dispatcher: dispatcher as unknown as Dispatcher, sent };
}

function play(handler: Dispatcher.DispatchHandler, { status = 200, headers = {}, body = {}, fail, silent }: Scripted): void {
  const controller = {
    abort: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    aborted: false,
    paused: false,
    reason: null,
  } as unknown as Dispatcher.DispatchController;
  if (fail?.when !== "connect") handler.onRequestStart?.(controller, {});
  if (fail) return handler.onResponseError?.(controller, Object.assign(new Error(fail.code), { code: fail.code }));
  if (silent) return;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  handler.onResponseStart?.(controller, status, { "content-type": "application/json", ...headers });
  if (bytes.length > 0) handler.onResponseData?.(controller, bytes);
  handler.onResponseEnd?.(controller, {});
}
