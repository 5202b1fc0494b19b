import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleAnswers } from "./answers.ts";
import { type Bench, openBench } from "./testing.ts";

describe("sample answers", () => {
  test("are the same for the same seed, and others for another", () => {
    expect(sampleAnswers(40, 3)).toEqual(sampleAnswers(40, 3));
    expect(sampleAnswers(40, 3)).not.toEqual(sampleAnswers(40, 4));
    expect(sampleAnswers(10, 3, 12)).toEqual(sampleAnswers(22, 3).slice(12));
  });

  test("hold what happens in life: all moods, a repeat, a double, a bad address and a missing one", () => {
    const answers = sampleAnswers(12);
    const scores = answers.map((answer) => answer.score);
    expect([scores.some((s) => s >= 9), scores.some((s) => s >= 7 && s <= 8), scores.some((s) => s <= 6)]).toEqual([true, true, true]);
    expect(answers[6]).toEqual(answers[5]);
    expect([answers[4]!.email, answers[4]!.response_id === answers[1]!.response_id]).toEqual([answers[1]!.email, false]);
    expect([answers[8]!.email.includes("@@"), answers[10]!.email]).toEqual([true, ""]);
    expect(new Set(answers.map((answer) => answer.response_id)).size).toBe(11);
  });

  test("come from people a fresh sandbox knows, and from others", async () => {
    const { sandbox, acme } = await openBench();
    const addresses = new Set(sandbox.state.contacts.inLocation(acme).map((contact) => contact.email));
    const emails = sampleAnswers(12).map((answer) => answer.email);
    expect(emails.filter((email) => addresses.has(email)).length).toBeGreaterThanOrEqual(2);
    expect(emails.filter((email) => email.includes("@") && !addresses.has(email)).length).toBeGreaterThanOrEqual(4);
    await sandbox.close();
  });
});

describe("the twin", () => {
  const url = "http://127.0.0.1:4400/hooks/abc";
  let bench: Bench;
  beforeEach(async () => void (bench = await openBench()));
  afterEach(() => bench.sandbox.close());
  const play = (body: object) => bench.call("POST", "/sandbox/sightmill/answers", body);

  test("posts answers as JSON and counts what was taken", async () => {
    bench.answers.push(202, 500, new Error("nobody there"));
    expect((await play({ count: 5, url, seed: 1 })).body).toEqual({ sent: 5, accepted: 3, failed: 2 });
    expect(bench.posted.map(({ url: to, body }) => [to, body.response_id])).toEqual(
      sampleAnswers(5, 1).map((answer) => [url, answer.response_id]),
    );
    expect(bench.sandbox.sightmill.sent().map(({ status }) => status)).toEqual([200, 200, "no answer", 500, 202]);
  });

  test("goes on where it stopped when no seed is given", async () => {
    bench.sandbox.sightmill.setUrl(url);
    await play({ count: 3 });
    await play({ count: 3 });
    expect(bench.posted.map(({ body }) => body)).toEqual(sampleAnswers(6));
  });

  test("needs an address, and a web address at that", async () => {
    expect((await play({ count: 1 })).status).toBe(400);
    expect((await play({ count: 1, url: "file:///etc/passwd" })).status).toBe(400);
    expect((await play({ count: 0, url })).status).toBe(400);
  });

  test("takes what it is asked at its three secret addresses, and shows it", async () => {
    const { send_email_survey, add_contact } = bench.sandbox.sightMillPaths();
    expect(
      (
        await bench.call(
          "POST",
          send_email_survey,
          { firstname: "Ada", email: "ada@example.com", hidden: "x" },
          { authorization: undefined },
        )
      ).status,
    ).toBe(200);
    await bench.call("POST", add_contact, "surname=King&id=42", { "content-type": "application/x-www-form-urlencoded" });
    expect(bench.sandbox.sightmill.received()).toMatchObject([
      { hook: "add_contact", fields: { surname: "King", id: "42" } },
      { hook: "send_email_survey", fields: { firstname: "Ada", email: "ada@example.com" } },
    ]);
    expect((await bench.call("POST", "/sightmill/guess", {})).status).toBe(404);
  });

  test("asks those who were added in the next survey, once, and the others when their delay is over", async () => {
    const { send_email_survey, add_contact } = bench.sandbox.sightMillPaths();
    await bench.call("POST", add_contact, { firstname: "Ada", email: "ada@example.com", tag: "vip, gold", id: "c1" });
    await bench.call("POST", send_email_survey, { email: "leo@example.com", delay: 2 });
    const survey = async () => {
      await bench.call("POST", "/sandbox/sightmill/survey", { url });
      return bench.posted.splice(0).map(({ body }) => [body["email"], typeof body["score"]]);
    };
    expect(await survey()).toEqual([["ada@example.com", "number"]]);
    expect(bench.sandbox.sightmill.sent()[0]!.answer).toMatchObject({ firstname: "Ada", id: "c1", tags: ["vip", "gold"] });
    expect(await survey()).toEqual([]);
    await bench.clock.advance(2 * 3_600_000);
    expect(await survey()).toEqual([["leo@example.com", "number"]]);
  });

  test("posts a tag, a note, a task or a lead, at once or when it is due", async () => {
    const task = { kind: "task", taskId: "t1", title: "Call Ada", email: "ada@example.com", url, afterMinutes: 30 };
    expect((await bench.call("POST", "/sandbox/sightmill/posts", task)).body).toEqual({ status: "waiting" });
    expect((await bench.call("POST", "/sandbox/sightmill/posts", { kind: "tag", tagName: "vip", url })).body).toEqual({ status: 200 });
    await bench.clock.advance(30 * 60_000);
    expect(bench.posted.map(({ body }) => body)).toEqual([
      { type: "tag", tagName: "vip" },
      { type: "task", taskId: "t1", title: "Call Ada", email: "ada@example.com" },
    ]);
    expect((await bench.call("POST", "/sandbox/sightmill/posts", { kind: "tea", url })).status).toBe(400);
  });

  test("its addresses are long, different, and not in the log of requests", async () => {
    const paths = Object.values(bench.sandbox.sightMillPaths());
    expect([new Set(paths).size, paths.every((path) => path.length > 40)]).toEqual([3, true]);
    await bench.call("POST", paths[0]!, {});
    expect((await bench.call("GET", "/sandbox/requests")).text).not.toContain(paths[0]!.slice(11));
  });
});
