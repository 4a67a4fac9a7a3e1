import type { CaseApp } from './probe.ts'

export const contextApps: Readonly<Record<string, CaseApp>> = {}
