export { template } from './template.ts'
export type { TemplateOptions } from './options.ts'
