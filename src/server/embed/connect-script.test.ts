import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectScript } from "./connect-script.ts";

interface Result {
  works: boolean;
  connection: string;
}

interface FakeWindow {
  closed: boolean;
}

/** The channel of one origin: what a page says, every other page hears at once. */
function fakeOrigin() {
  const channels = new Set<FakeChannel>();
  class FakeChannel {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    constructor() {
      channels.add(this);
    }
    postMessage(data: unknown) {
      for (const other of channels) if (other !== this) other.onmessage?.({ data });
    }
    close() {
      channels.delete(this);
    }
  }
  return function page(address: string, { hasFocus = () => true }: { hasFocus?: () => boolean } = {}) {
    const opened: FakeWindow[] = [];
    const body = { textContent: "The vendor's page" };
    const window = {
      isClosed: false,
      open: () => opened[opened.push({ closed: false }) - 1],
      close: () => void (window.isClosed = true),
      Millrace: undefined as unknown as { connect(url?: unknown): Promise<Result> },
    };
    const history = { state: null, replaceState: () => {} };
    const timers = { setInterval, clearInterval, setTimeout };
    runInNewContext(connectScript, {
      ...timers,
      window,
      history,
      location: new URL(address),
      document: { body, hasFocus },
      URLSearchParams,
      BroadcastChannel: FakeChannel,
      Promise,
      Error,
    });
    return { window, opened, body, connect: (url?: unknown) => window.Millrace.connect(url) };
  };
}

const link = "https://millrace.example/connect#new_1";
const back = "https://vendor.example/done#millrace_outcome=connected&connection=ada";

const messageOf = ({ message }: Error) => message;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("without the url of a link no window is opened: the page hears at once what is missing", () => {
  const { opened, connect } = fakeOrigin()("https://vendor.example/");
  for (const url of [undefined, null, ""]) expect(() => connect(url)).toThrow(/needs the url of a connect link/);
  expect(opened).toEqual([]);
});

test("the window that comes back gives its result to the page that waits, and closes", async () => {
  const page = fakeOrigin();
  const result = page("https://vendor.example/").connect(link);
  const { window, body } = page(back);
  expect(await result).toEqual({ works: true, connection: "ada" });
  expect(window.isClosed).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000); // where the browser refused that
  expect(body.textContent).toBe("Done. You can close this window.");
});

test("a browser that comes back while no page waits stays as it is", async () => {
  const { window, body } = fakeOrigin()(back);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([window.isClosed, body.textContent]).toEqual([false, "The vendor's page"]);
});

test("a window that the customer closes ends the wait", async () => {
  const { opened, connect } = fakeOrigin()("https://vendor.example/");
  const ended = connect(link).catch(messageOf);
  opened[0]!.closed = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ended).toBe("The window was closed before it gave a result.");
});

test("a window that reads as closed while the customer is elsewhere may still come back", async () => {
  const page = fakeOrigin();
  const { opened, connect } = page("https://vendor.example/", { hasFocus: () => false });
  const result = connect(link);
  opened[0]!.closed = true;
  await vi.advanceTimersByTimeAsync(60_000);
  page(back);
  expect(await result).toEqual({ works: true, connection: "ada" });
});

test("a second call ends the first", async () => {
  const { connect } = fakeOrigin()("https://vendor.example/");
  const first = connect(link).catch(messageOf);
  void connect(link);
  expect(await first).toContain("was called again");
});
