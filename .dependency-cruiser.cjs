/**
 * Who may import whom. The tree's shape is explained in the README; test/architecture/boundaries.spec.ts
 * seeds a violation of every rule and checks that it is caught. Type-only imports count
 * (tsPreCompilationDeps): a type is knowledge too.
 */
const MODULE = '^src/(orders|inventory|billing|shipping)/';
const SPEC = '\\.spec\\.ts$';
const SAGA_CORE =
  '^src/saga/(definition|engine|store|history|released|rollout|moving|simulation|admin|report|observability|testing)/';
const SAGA_EDGE = '^src/saga/(order-fulfillment|order-tracking|streams)/';
const PURE = '^src/([^/]+/domain|saga/definition)/';
const APP_MODULE = '^src/app\\.module\\.ts$';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule(
      'modules-are-islands',
      'A domain module imports itself and platform; it meets the others in composition.',
      { path: MODULE },
      { path: '^src/', pathNot: ['^src/$1/', '^src/platform/'] },
    ),
    rule(
      'platform-knows-no-business',
      'Platform is the ground floor: it imports nothing above it.',
      { path: '^src/platform/' },
      { path: '^src/', pathNot: '^src/platform/' },
    ),
    rule(
      'saga-core-stands-alone',
      'Definition, engine, store, report, rollout and admin could be published as a package: they see themselves and platform.',
      { path: SAGA_CORE },
      { path: '^src/', pathNot: [SAGA_CORE, '^src/platform/'] },
    ),
    rule(
      'saga-definition-stands-alone',
      'The definition language needs no engine, no database and no bus.',
      { path: '^src/saga/definition/' },
      { path: '^src/(saga/(?!definition/)|platform/(database|messaging|http|observability)/)' },
    ),
    rule(
      'only-saga-edge-sees-modules',
      'Within saga only the reference definitions and streams know the domain modules.',
      { path: '^src/saga/', pathNot: SAGA_EDGE },
      { path: MODULE },
    ),
    rule(
      'saga-sees-contracts-only',
      'Of a module, the reference definitions and streams see the contracts, its only door.',
      { path: SAGA_EDGE },
      { path: MODULE, pathNot: '^src/[^/]+/contracts/' },
    ),
    rule(
      'composition-sees-contracts-only',
      'Composition joins modules through their contracts, never through their insides.',
      { path: '^src/composition/', pathNot: SPEC },
      { path: MODULE, pathNot: '^src/[^/]+/contracts/' },
    ),
    rule(
      'only-composition-sees-saga',
      'Nobody imports saga but composition and the composition root.',
      { path: '^src/', pathNot: ['^src/(saga|composition)/', APP_MODULE, SPEC] },
      { path: '^src/saga/' },
    ),
    rule(
      'saga-through-its-surface',
      'From outside, saga is src/saga/index.ts.',
      { path: '^src/', pathNot: ['^src/saga/', APP_MODULE, SPEC] },
      { path: '^src/saga/', pathNot: '^src/saga/index\\.ts$' },
    ),
    rule(
      'only-the-root-sees-composition',
      'Composition is wired by app.module.ts and imported by nobody else.',
      { path: '^src/', pathNot: ['^src/composition/', APP_MODULE, SPEC] },
      { path: '^src/composition/' },
    ),
    rule(
      'pure-code-has-no-framework',
      'Domain rules and saga definitions are plain TypeScript; definitions may use zod for their schemas.',
      { path: PURE, pathNot: SPEC },
      {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
        pathNot: '/(zod|uuid)/',
      },
    ),
    rule(
      'pure-code-does-no-io',
      'Domain rules and saga definitions open no file, socket or process.',
      { path: PURE, pathNot: SPEC },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|assert|util)$' },
    ),
    rule(
      'domain-looks-inward',
      "A module's domain sees its contracts and itself, not the layers around it.",
      { path: '^src/[^/]+/domain/' },
      {
        path: '^src/([^/]+/(application|persistence|http|gateway|carrier)|platform/(database|messaging|http|observability))/',
      },
    ),
    rule(
      'contracts-are-plain-data',
      'Contracts are the door of a module: they drag nothing of its insides along.',
      { path: '^src/[^/]+/contracts/' },
      { path: '^src/[^/]+/(application|persistence|http|gateway|carrier)/', pathNot: '^src/platform/' },
    ),
    rule(
      'migrations-are-frozen',
      'A migration must mean the same for ever, so it depends on no code of ours.',
      { path: '^migrations/' },
      { path: '^(src|test|scripts)/' },
    ),
    rule(
      'no-test-code-in-the-product',
      'Production code imports neither specs nor test support.',
      { path: '^(src|migrations)/', pathNot: SPEC },
      { path: ['^(test|bench|scripts)/', SPEC] },
    ),
    rule(
      'no-testing-in-the-product',
      'What users of the engine test with is for specs and rehearsals; production code does not import it.',
      { path: '^(src|migrations)/', pathNot: ['^src/saga/testing/', '\\.(spec|rehearsal)\\.ts$'] },
      { path: '^src/saga/testing/' },
    ),
    rule(
      'only-tests-arm-failpoints',
      'A failpoint does nothing in an ordinary process, because nothing in it can install a hook.',
      { path: '^src/', pathNot: ['^src/saga/testing/', '^src/platform/failpoints/', SPEC] },
      { path: '^src/platform/failpoints/failpoint-hook\\.ts$' },
    ),
    rule(
      'no-dev-dependency-in-the-product',
      'The production image installs no development dependency.',
      { path: '^(src|migrations)/', pathNot: SPEC },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    ),
    rule(
      'no-cycles',
      'Two files that need each other are one idea, or one too many.',
      {},
      { circular: true },
    ),
    rule(
      'no-unresolvable',
      'An import that cannot be followed cannot be checked.',
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
