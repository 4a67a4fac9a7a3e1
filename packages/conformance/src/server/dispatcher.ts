/** What a host under test serves: `export { default } from '@fsgi/conformance/dispatcher'`, or `serve(app, { report })`. */
export { report } from './dispatcher/probe.ts'
// oxlint-disable-next-line import/no-default-export -- an entry is a module's default export
export { dispatcher as default } from './dispatcher/dispatcher.ts'
