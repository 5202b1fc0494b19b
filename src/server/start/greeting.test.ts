import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { addressText, reportText, runTotalsText } from "./greeting.ts";

const report = {
  accepted: 22,
  created: 12,
  updated: 8,
  tagged: 20,
  notes: 15,
  tasks: 5,
  filtered: 2,
  failed: 0,
  open: 0,
  repeats: 2,
  hookUrl: "http://127.0.0.1:4400/hooks/t0ken",
  flowName: "Survey answers to contacts",
};

describe("the report of the first start", () => {
  test("says what happened, leaves out what did not, and says in any case whether anything failed", () => {
    const text = reportText(report, "http://127.0.0.1:4400");
    expect(text).toMatch(/^ +22 {2}survey answers accepted and kept$/m);
    expect(text).toMatch(/^ +2 {2}repeats recognised and ignored$/m);
    expect(text).toMatch(/^ +0 {2}failed$/m);
    expect(text).not.toContain("still on their way");
    expect(reportText({ ...report, failed: 1 }, "x")).toContain("Needs attention");
  });

  test("has the address on a line of its own, so that a terminal opens it and nothing else", () => {
    expect(reportText(report, "http://127.0.0.1:4400/#open=t0ken")).toContain("\n  http://127.0.0.1:4400/#open=t0ken\n");
  });

  test("ends with a command that a shell reads as it is meant", () => {
    const command = /^ {2}curl (.+)$/m.exec(reportText(report, "x"))![1]!;
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(words).toEqual(["-i", report.hookUrl, "-H", "content-type: application/json", "-d", expect.any(String)]);
    expect(JSON.parse(words.at(-1)!)).toMatchObject({
      response_id: expect.stringMatching(/^try-\d+$/),
      email: "ada@example.com",
      score: 3,
    });
  });
});

describe("the first lines of a start", () => {
  const address = {
    url: "http://127.0.0.1:4400",
    sandboxUrl: null,
    link: "http://127.0.0.1:4400/#open=t0ken",
    apiKeyFile: "/srv/millrace/api-key",
    isNewKey: false,
    isKeyThere: true,
    database: null,
    hasAccounts: false,
  };

  test("show the link that signs in, and how long it can be used", () => {
    const text = addressText(address);
    expect(text).toContain("\n  http://127.0.0.1:4400/#open=t0ken\n");
    expect(text).toMatch(/once, within 15 minutes/);
    expect(text).not.toContain("api-key");
  });

  test("name the database that keeps the rows, where it is not in the data folder", () => {
    expect(addressText(address)).not.toContain("keeps its rows");
    expect(addressText({ ...address, database: "postgres://u@h/db" })).toContain("It keeps its rows in postgres://u@h/db\n");
  });

  test("say where a new API key is", () => {
    expect(addressText({ ...address, isNewKey: true })).toContain("/srv/millrace/api-key");
  });

  test("where others can reach Millrace show no link, but say how the owner's account is made, and where the key of programs is", () => {
    const text = addressText({ ...address, url: "https://mill.example.com", link: null });
    expect(text).toContain("https://mill.example.com");
    expect(text).toContain("'millrace open' prints a link that makes the owner's account");
    expect(text).toContain("the API key; it is in /srv/millrace/api-key");
    expect(text).not.toContain("#open");
    expect(addressText({ ...address, link: null, isKeyThere: false })).toMatch(/Programs use the API key\n$/);
  });

  test("where people have accounts say that they sign in with them", () => {
    const text = addressText({ ...address, link: null, hasAccounts: true });
    expect(text).toContain("Sign in there with your account");
    expect(text).not.toContain("#open");
  });
});

describe("a later start", () => {
  test.each([
    [{ runs: 41, open: 0, attention: 0 }, "41 runs, nothing waiting.\n"],
    [{ runs: 1, open: 1, attention: 0 }, "1 run, going on with 1 that was not finished.\n"],
    [{ runs: 9, open: 2, attention: 3 }, "9 runs, going on with 2 that were not finished, 3 in Needs attention.\n"],
  ])("with %o says %s", (totals, text) => {
    expect(runTotalsText(totals, true)).toBe(text);
  });

  test("of an empty Millrace says what to do first", () => {
    expect(runTotalsText({ runs: 0, open: 0, attention: 0 }, false)).toContain("millrace connect add");
  });
});
