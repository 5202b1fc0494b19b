import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isZone } from "./moments.ts";
import { zoneOfPhone } from "./phone-zones.ts";

describe("the zone of a phone number", () => {
  it("is that of its country where the country has one civil time", () => {
    expect(zoneOfPhone("+4915112345678")).toBe("Europe/Berlin");
    expect(zoneOfPhone(" +44 7911 123456 ")).toBe("Europe/London");
    expect(zoneOfPhone("+919812345678")).toBe("Asia/Kolkata");
    expect(zoneOfPhone("+9779812345678")).toBe("Asia/Kathmandu");
  });

  it("is that of its area code in North America", () => {
    expect(zoneOfPhone("+12125550123")).toBe("America/New_York");
    expect(zoneOfPhone("+13125550123")).toBe("America/Chicago");
    expect(zoneOfPhone("+16025550123")).toBe("America/Phoenix");
    expect(zoneOfPhone("+18085550123")).toBe("Pacific/Honolulu");
  });

  it("is left open where it is not clear, and for what is no international number", () => {
    for (const phone of [
      "+61412345678",
      "+5511912345678",
      "+79161234567",
      "+18505550123",
      "+18005550123",
      "0151 12345678",
      "",
      "+",
      "ada@example.com",
      "+".repeat(1_000),
    ])
      expect(zoneOfPhone(phone), phone.slice(0, 20)).toBeUndefined();
  });

  it("each zone of the tables is in the IANA database, and no area code stands twice", () => {
    const source = readFileSync(new URL("phone-zones.ts", import.meta.url), "utf8");
    const zones = [...source.matchAll(/"((?:Africa|America|Asia|Atlantic|Europe|Indian|Pacific)\/[\w/]+)"/g)].map(([, zone]) => zone);
    expect(zones.filter((zone) => !isZone(zone))).toEqual([]);
    const codes = [...source.matchAll(/\b\d{3}\b/g)].map(([code]) => code);
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  });
});
