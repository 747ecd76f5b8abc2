/**
 * One project a kind of test. Every file is an ES module (NestJS 12 is ESM only), so Jest must run
 * with `NODE_OPTIONS=--experimental-vm-modules`; `npm test` sets it.
 */
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/setup-each-file.ts'],
};

const project = (displayName, testMatch, more = {}) => ({ ...common, displayName, testMatch, ...more });

const withDatabase = {
  globalSetup: '<rootDir>/test/support/database.setup.mjs',
  globalTeardown: '<rootDir>/test/support/database.teardown.mjs',
};
const withBuiltApp = { ...withDatabase, globalSetup: '<rootDir>/test/support/built-app.setup.mjs' };

export default {
  projects: [
    project('unit', ['<rootDir>/src/**/*.spec.ts']),
    project('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.spec.ts'], withDatabase),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], withBuiltApp),
    project('crash', ['<rootDir>/test/crash/**/*.spec.ts'], withBuiltApp),
  ],
  testTimeout: 30_000,
};
