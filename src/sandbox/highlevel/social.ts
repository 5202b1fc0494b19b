import { DateTime } from "luxon";
import { Random } from "../random.ts";
import { badRequest, unprocessable } from "../refusal.ts";
import type { SocialAccount, SocialTag } from "../rows/others.ts";
import { type Call, type Endpoints, locationOf, objectOf, pageOf, textsOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";

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
    return { results: statistics(world, accounts, weeksOf(world, call)), message: "Analytics Built Successfully" };
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

const measures = ["posts", "impressions", "likes", "comments", "shares", "reach", "followers"] as const;
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

function rangeOf(value: unknown): number[] | undefined {
  const { startDate, endDate } = objectOf(value);
  const [from, to] = [startDate, endDate].map((date) => dayOf(Date.parse(String(date))));
  if (startDate === undefined || endDate === undefined) return undefined;
  if (!(from! <= to!) || to! - from! > 366) throw badRequest("endDate must be within a year after startDate");
  return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i);
}

const dayOf = (ms: number): number => Math.floor(ms / 86_400_000);

/** Each day of each profile has its own figures, the same whenever they are asked for. */
function statistics({ state }: World, accounts: SocialAccount[], weeks: Weeks) {
  const all = seriesOf(state.seed, accounts, weeks);
  const platforms = [...new Set(accounts.map(({ platform }) => platform))].map(
    (platform) =>
      [
        platform,
        seriesOf(
          state.seed,
          accounts.filter((account) => account.platform === platform),
          weeks,
        ),
      ] as const,
  );
  const byPlatform = <T>(make: (series: Series) => T): Record<string, T> =>
    Object.fromEntries(platforms.map(([platform, series]) => [platform, make(series)]));
  const breakdown = (measure: Measure) => ({
    total: sum(all.now[measure]),
    totalChange: changeIn(all, measure),
    platforms: byPlatform((series) => ({ value: sum(series.now[measure]), change: changeIn(series, measure) })),
  });
  const totals = (measure: Measure) => byPlatform(({ now }) => ({ total: sum(now[measure]), series: now[measure] }));
  return {
    dayRange: weeks.now.map((day) => DateTime.fromMillis(day * 86_400_000, { zone: "utc" }).toFormat("ccc")),
    totals: {
      posts: sum(all.now.posts),
      likes: sum(all.now.likes),
      followers: all.now.followers.at(-1) ?? 0,
      impressions: sum(all.now.impressions),
      comments: sum(all.now.comments),
    },
    postPerformance: {
      posts: byPlatform(({ now }) => now.posts),
      impressions: all.now.impressions,
      likes: all.now.likes,
      comments: all.now.comments,
    },
    breakdowns: {
      posts: breakdown("posts"),
      impressions: breakdown("impressions"),
      reach: breakdown("reach"),
      engagement: byPlatform((series) => ({
        likes: sum(series.now.likes),
        comments: sum(series.now.comments),
        shares: sum(series.now.shares),
        change: changeIn(series, "likes"),
      })),
    },
    platformTotals: {
      impressions: totals("impressions"),
      followers: byPlatform(({ now: { followers } }) => ({ total: followers.at(-1) ?? 0, series: followers })),
      likes: totals("likes"),
    },
    demographics: demographics(sum(all.now.reach)),
  };
}

/** A number a day of each measure. */
type Days = Record<Measure, number[]>;
interface Series {
  now: Days;
  before: Days;
}

/** What some accounts have together. */
function seriesOf(seed: number, accounts: SocialAccount[], weeks: Weeks): Series {
  const days = (range: number[]): Days => {
    const figures = range.map((day) => accounts.map((account) => dayFigures(seed, account, day)));
    return Object.fromEntries(measures.map((measure) => [measure, figures.map((ofDay) => sum(ofDay.map((one) => one[measure])))])) as Days;
  };
  return { now: days(weeks.now), before: days(weeks.before) };
}

function dayFigures(seed: number, { profileId }: SocialAccount, day: number): Figures {
  const random = new Random(
    seed,
    day,
    [...profileId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7),
  );
  const posts = random.int(3);
  const reach = 40 + random.int(200);
  const [impressions, likes, comments] = [reach + random.int(150), random.int(30), random.int(8)];
  return { posts, reach, impressions, likes, comments, shares: Math.floor(likes / 6), followers: 420 };
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Against the days before, in percent, whole. */
function changeIn({ now, before }: Series, measure: Measure): number {
  const [earlier, later] = [sum(before[measure]), sum(now[measure])];
  return earlier === 0 ? 0 : Math.round(((later - earlier) / earlier) * 100);
}

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
