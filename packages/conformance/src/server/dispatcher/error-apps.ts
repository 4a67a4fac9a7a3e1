import type { CaseApp } from './probe.ts'

export const errorApps: Readonly<Record<string, CaseApp>> = {}
