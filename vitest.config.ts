import { defineConfig } from 'vitest/config'

// unit: everything npm alone can provide. services: needs Debian's servers or a browser. runtimes: needs runtimes/.
const exclude = ['**/node_modules/**', '**/dist/**']
const everywhere = (suffix: string): string[] => [
  `{packages,apps,templates}/*/src/**/*${suffix}`,
  `{scripts,docs,bench}/**/*${suffix}`,
]
const slow = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: everywhere('.test.ts'),
          exclude: [...exclude, '**/*.services.test.ts', '**/*.runtimes.test.ts'],
          testTimeout: 60_000, // a busy machine is no failure
        },
      },
      {
        test: {
          name: 'services',
          include: everywhere('.services.test.ts'),
          exclude,
          globalSetup: 'scripts/services.ts',
          ...slow,
        },
      },
      {
        test: {
          name: 'runtimes',
          include: everywhere('.runtimes.test.ts'),
          exclude,
          globalSetup: 'runtimes/install.ts',
          ...slow,
        },
      },
    ],
  },
})
