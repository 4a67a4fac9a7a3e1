import type { CaseApp } from './probe.ts'

export const streamApps: Readonly<Record<string, CaseApp>> = {}
