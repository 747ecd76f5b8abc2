# syntax=docker/dockerfile:1

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json sagas.released.json ./
COPY scripts scripts
COPY migrations migrations
COPY src src
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without optional packages the embedded PostgreSQL stays out: here the database is another service.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 3000
# No shell and no npm in between, so that SIGTERM reaches the application and it drains. What a wave makes dies with it:
# with more room for young objects they are swept less often, and fewer are taken for old ones.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=64", "dist/src/main.js"]
