import { DateTime } from "luxon";
import { Random } from "../random.ts";
import { badRequest, unprocessable } from "../refusal.ts";
import type { SocialAccount, SocialTag } from "../rows/others.ts";
import { type Call, type Endpoints, isoTime, locationOf, objectOf, pageOf, textsOf, type World } from "./call.ts";

const mostProfiles = 100;
const days = 7;

/** The Social Planner's tags and figures. Reads all of them, though two are written as POST and answer 201. */
export const socialEndpoints: Endpoints = {
  "social-media-posting/get-account"(world, call) {
    const accounts = world.state.socialAccounts.inLocation(locationOf(world, call, call.params.locationId));
    return fetched("Fetched Accounts", { accounts: accounts.map(accountView), groups: [] });
  },

  "social-media-posting/get-tags-location-id"(world, call) {
    const words = call.query.searchText?.toLowerCase();
    const tags = tagsOf(world, call).filter(({ tag }) => !words || tag.toLowerCase().includes(words));
    return fetched("Fetched Tags", { tags: pageOf(tags, call).map(tagView), count: tags.length });
  },

  "social-media-posting/get-tags-by-ids"(world, call) {
    const wanted = textsOf(call.body.tagIds);
    const tags = tagsOf(world, call).filter(({ id }) => wanted.includes(id));
    return fetched("Fetched Tags", { tags: tags.map(tagView), count: tags.length }, 201);
  },

  "social-media-posting/get-social-media-statistics"(world, call) {
    const locationId = locationOf(world, call, call.query.locationId);
    const profileIds = textsOf(call.body.profileIds);
    if (profileIds.length === 0) throw unprocessable(["profileIds must contain at least 1 elements"]);
    if (profileIds.length > mostProfiles) throw badRequest(`profileIds must contain no more than ${mostProfiles} elements`);
    const platforms = textsOf(call.body.platforms);
    const accounts = world.state.socialAccounts
      .inLocation(locationId)
      .filter(({ profileId, platform }) => profileIds.includes(profileId) && (platforms.length === 0 || platforms.includes(platform)));
    return { results: statistics(world, accounts, weeksOf(world, call)), message: "Fetched statistics" };
  },
};

const tagsOf = (world: World, call: Call): SocialTag[] =>
  world.state.socialTags.inLocation(locationOf(world, call, call.params.locationId)).sort((a, b) => a.tag.localeCompare(b.tag));

const fetched = (message: string, results: Record<string, unknown>, statusCode = 200) => ({ success: true, statusCode, message, results });

const tagView = ({ id, tag, locationId, createdBy, createdAt }: SocialTag) => ({
  tag,
  locationId,
  _id: id,
  createdBy,
  deleted: false,
  createdAt: isoTime(createdAt),
  updatedAt: isoTime(createdAt),
});
const accountView = ({ id, profileId, name, platform, expired }: SocialAccount) => ({
  id,
  oauthId: id,
  profileId,
  name,
  platform,
  type: "page",
  isExpired: expired === true,
  meta: {},
});

const measures = ["posts", "impressions", "likes", "comments", "reach"] as const;
type Measure = (typeof measures)[number];
type Figures = Record<Measure, number>;

/** The days of the figures and those before, to compare. */
interface Weeks {
  now: number[];
  before: number[];
}

/** The last seven days against the seven before; the newer version takes other ranges. */
function weeksOf({ state }: World, { body }: Call): Weeks {
  const today = dayOf(state.clock.now());
  const week = (back: number) => Array.from({ length: days }, (_, i) => today - days * (back + 1) + i);
  return { now: rangeOf(body.currentRange) ?? week(0), before: rangeOf(body.prevRange) ?? week(1) };
}

function rangeOf(given: unknown): number[] | undefined {
  const { startDate, endDate } = objectOf(given);
  const [from, to] = [startDate, endDate].map((date) => dayOf(Date.parse(String(date))));
  if (startDate === undefined || endDate === undefined) return undefined;
  if (!(from! <= to!) || to! - from! > 366) throw badRequest("endDate must be within a year after startDate");
  return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i);
}

const dayOf = (ms: number): number => Math.floor(ms / 86_400_000);

/** Each day of each profile has its own figures, the same whenever they are asked for. */
function statistics(world: World, accounts: SocialAccount[], { now, before }: Weeks) {
  const figures = (day: number, of: SocialAccount[] = accounts): Figures =>
    sumOf(of.map((account) => dayFigures(world.state.seed, account, day)));
  const [total, earlier] = [sumOf(now.map((day) => figures(day))), sumOf(before.map((day) => figures(day)))];
  const byDay = (measure: Measure) => now.map((day) => figures(day)[measure]);
  const platforms = [...new Set(accounts.map(({ platform }) => platform))];
  const ofPlatform = (measure: Measure) =>
    Object.fromEntries(
      platforms.map((platform) => [
        platform,
        sumOf(
          now.map((day) =>
            figures(
              day,
              accounts.filter((a) => a.platform === platform),
            ),
          ),
        )[measure],
      ]),
    );
  const breakdown = (measure: Measure) => ({
    total: total[measure],
    totalChange: changeOf(earlier[measure], total[measure]),
    platforms: ofPlatform(measure),
  });
  const followers = Object.fromEntries(
    platforms.map((platform) => [platform, accounts.filter((a) => a.platform === platform).length * 420]),
  );
  return {
    dayRange: now.map((day) => DateTime.fromMillis(day * 86_400_000, { zone: "utc" }).toFormat("ccc")),
    totals: {
      posts: total.posts,
      likes: total.likes,
      followers: accounts.length * 420,
      impressions: total.impressions,
      comments: total.comments,
    },
    postPerformance: { posts: ofPlatform("posts"), impressions: byDay("impressions"), likes: byDay("likes"), comments: byDay("comments") },
    breakdowns: {
      posts: breakdown("posts"),
      impressions: breakdown("impressions"),
      reach: breakdown("reach"),
      engagement: breakdown("likes"),
    },
    platformTotals: { impressions: ofPlatform("impressions"), followers, likes: ofPlatform("likes") },
    demographics: demographics(total.reach),
  };
}

function dayFigures(seed: number, { profileId }: SocialAccount, day: number): Figures {
  const random = new Random(
    seed,
    day,
    [...profileId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7),
  );
  const posts = random.int(3);
  const reach = 40 + random.int(200);
  return { posts, reach, impressions: reach + random.int(150), likes: random.int(30), comments: random.int(8) };
}

const sumOf = (all: Figures[]): Figures =>
  Object.fromEntries(measures.map((measure) => [measure, all.reduce((sum, figures) => sum + figures[measure], 0)])) as Figures;
/** In percent, whole. */
const changeOf = (before: number, now: number): number => (before === 0 ? 0 : Math.round(((now - before) / before) * 100));

function demographics(people: number) {
  const share = (percentage: number) => ({ total: Math.round((people * percentage) / 100), percentage });
  const count = (percentage: number) => share(percentage).total;
  return {
    gender: { totals: { male: share(41), female: share(54), unknown: share(5) } },
    age: {
      totals: {
        "13-17": count(2),
        "18-24": count(11),
        "25-34": count(27),
        "35-44": count(26),
        "45-54": count(18),
        "55-64": count(10),
        "65+": count(6),
      },
    },
  };
}
