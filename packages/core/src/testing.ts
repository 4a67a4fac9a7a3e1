/** An in-process server for tests: the server side of the interface without a socket. */
export { dispatch, type DispatchContext } from './testing/dispatch.ts'
