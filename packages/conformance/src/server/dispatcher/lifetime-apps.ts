import type { CaseApp } from './probe.ts'

export const lifetimeApps: Readonly<Record<string, CaseApp>> = {}
