/** The import rules of docs/architecture.md, one rule for each sentence there; each is proven by a planted violation. */
const test = '[.]i?test[.]ts$|/test/';
const sandboxed = '^workflows/(campaign|billing|invoice|shop|lib|contracts)/';

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'services-are-islands',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-know-workflows-by-contract',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^workflows/', pathNot: '^workflows/contracts/' },
    },
    {
      name: 'workflows-never-import-services',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^services/' },
    },
    {
      name: 'packages-stand-below',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/(testkit|temporal)/' },
      to: { path: '^(services|workflows|sandbox|gateway)/' },
    },
    {
      name: 'temporal-package-knows-contracts-only',
      severity: 'error',
      from: { path: '^packages/(testkit|temporal)/' },
      to: { path: '^(services|sandbox|gateway|workflows)/', pathNot: '^workflows/(contracts|bundle)' },
    },
    {
      name: 'pure-packages-do-no-io',
      severity: 'error',
      from: { path: '^packages/(money|errors|calendar|resource|ownership)/', pathNot: test },
      to: { pathNot: '^packages/(money|errors|calendar|resource|ownership)/|^node_modules/(luxon|@types/luxon)/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^services/[^/]+/domain/', pathNot: test },
      to: { pathNot: '^(services/[^/]+/domain/|packages/(money|calendar|errors)/)|^node_modules/libphonenumber-js/' },
    },
    {
      name: 'usecases-do-not-see-the-wire',
      severity: 'error',
      from: { path: '^services/[^/]+/usecases/', pathNot: test },
      to: {
        path: '^(proto/gen|packages/(rpc|service)|services/[^/]+/handlers|node_modules/(@grpc|typeorm|mysql2|@temporalio))',
      },
    },
    {
      name: 'usecases-see-repositories-and-clients-as-types',
      severity: 'error',
      from: { path: '^services/[^/]+/usecases/', pathNot: test },
      to: { path: '^services/[^/]+/(repositories|clients)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'handlers-go-through-usecases',
      severity: 'error',
      from: { path: '^services/[^/]+/handlers/', pathNot: test },
      to: { path: '^services/[^/]+/(repositories|clients)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-only-in-repositories',
      severity: 'error',
      from: { path: '^services/', pathNot: `/(repositories|migrations)/|${test}` },
      to: { path: '^node_modules/(typeorm|mysql2)/' },
    },
    {
      name: 'sdks-only-in-clients',
      severity: 'error',
      from: { path: '^services/', pathNot: `/clients/|${test}` },
      to: { path: '^node_modules/(openai|firebase-admin|undici|@aws-sdk|@temporalio/client)/' },
    },
    {
      name: 'workflow-code-is-sandboxed',
      severity: 'error',
      from: { path: sandboxed, pathNot: test },
      to: {
        pathNot: `${sandboxed}|^workflows/activities/|^packages/(money|errors|calendar|resource|ownership)/|^node_modules/@temporalio/(workflow|common)/`,
      },
    },
    {
      name: 'workflows-see-activities-as-types',
      severity: 'error',
      from: { path: sandboxed, pathNot: test },
      to: { path: '^workflows/activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-sandbox-stands-alone',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(services|workflows|gateway)/' },
    },
    {
      name: 'products-do-not-import-the-sandbox-or-testkit',
      severity: 'error',
      from: { path: '^(services|workflows|packages|gateway)/', pathNot: `${test}|^packages/testkit/` },
      to: { path: '^(sandbox|packages/testkit|scripts)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // The parser does not know `using` yet, which those tests are written with.
    exclude: { path: '^proto/gen/(google|buf)|^packages/rpc/.*[.]test[.]ts$' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
