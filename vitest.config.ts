import { defineConfig } from 'vitest/config'

// unit: everything npm alone can provide. services: needs Debian's servers or a browser. runtimes: needs runtimes/.
// Of services more files run at once than there are cores (package.json): they wait for browsers and databases most of the time.
const exclude = ['**/node_modules/**', '**/dist/**']
const everywhere = (suffix: string): string[] => [
  `{packages,apps,templates}/*/src/**/*${suffix}`,
  `{scripts,docs,bench}/**/*${suffix}`,
]
// A busy machine is no failure.
const patient = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } }

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: everywhere('.test.ts'),
          exclude: [...exclude, '**/*.services.test.ts', '**/*.runtimes.test.ts'],
          ...patient,
        },
      },
      {
        test: {
          name: 'services',
          include: everywhere('.services.test.ts'),
          exclude,
          globalSetup: 'scripts/services.ts',
          ...patient,
        },
      },
      {
        test: {
          name: 'runtimes',
          include: everywhere('.runtimes.test.ts'),
          exclude,
          globalSetup: 'runtimes/install.ts',
          ...patient,
        },
      },
    ],
  },
})
