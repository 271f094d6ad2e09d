# Production dependencies, in a stage of their own: a change in the source does not install them again.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/var/cache/npm npm ci --omit=dev --cache /var/cache/npm

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY presets presets
COPY schemas schemas
COPY src src
USER node
EXPOSE 8080
# Alive, not ready: Kafka being down is no reason to be killed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/live').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The exec form makes Node process 1, so SIGTERM reaches it: it drains, commits and exits 0.
# It replaces itself by node with the flags of the command, and stays process 1.
ENTRYPOINT ["node", "bin/callmatch.js"]
CMD ["run"]
