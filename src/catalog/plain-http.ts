/** The built-in app that stands for HTTP itself: requests to any address, and webhooks of any sender. */
export const plainHttp = { app: "http", get: "get", post: "post", webhook: "webhook" } as const;
