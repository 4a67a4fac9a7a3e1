/** Why nothing can show that a rule is kept, for each rule with a MUST that has neither a check nor a case. */
export const reasons: Readonly<Record<string, string>> = {
  G9: 'ignoring something has no trace; every case sends members that some receiver does not know',
  G10: 'it is about the inside of a package; core has a test with two copies of itself',
  S33: 'for gateways, of which there is none yet',
  S34: 'for gateways, of which there is none yet',
  S38: 'only a server that replaces a running entry can keep or break it; the tests of server-dev do',
  A6: 'whether work must outlive the response is known to the app alone',
  A8: 'what an app does with a URL is its own; core tests the path rule over every short string',
  A9: 'an app that breaks it throws where the member is absent, and that looks like any other error',
  M10: 'whether bytes were changed for good is known to the middleware alone; the tests of middleware-gzip have each part',
}
