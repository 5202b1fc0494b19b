# docker build -t millrace .      How to run it: docs/install.md
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The compiler is for better-sqlite3 where no prebuilt one fits; nothing of this stage but the results is in the image.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/* \
  && npm ci
COPY bin ./bin
COPY tools ./tools
COPY src ./src
COPY web ./web
RUN node tools/build.mjs \
  && find dist -name '*.map' -delete \
  && npm prune --omit=dev \
  && rm -rf node_modules/.cache

FROM node:22-bookworm-slim
# The first process of a container gets signals and orphans: tini hands them on.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --mode=0700 --owner=node --group=node /data
WORKDIR /app
COPY package.json LICENSE CHANGELOG.md ./
COPY bin ./bin
COPY docs ./docs
COPY examples ./examples
COPY src/apps/highlevel/facts ./src/apps/highlevel/facts
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
ENV NODE_ENV=production MILLRACE_DATA=/data MILLRACE_HOST=0.0.0.0 MILLRACE_LOG_FORMAT=json
USER node
VOLUME ["/data"]
EXPOSE 4400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MILLRACE_PORT || 4400}/healthz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "bin/millrace.mjs"]
CMD ["start", "--no-sandbox"]
