/** Posts a body somewhere and gives the status; throws when there was no answer. Passed in, so that tests need no port. */
export type Post = (url: string, request: { headers: Record<string, string>; body: string }) => Promise<number>;

export const fetchPost: Post = async (url, { headers, body }) => {
  const reply = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(10_000) });
  await reply.body?.cancel();
  return reply.status;
};
