/** Types that are read while they are written: each chunk is an event or a record that somebody waits for. */
export const STREAMED_TYPES: ReadonlySet<string> = new Set([
  'application/json-seq',
  'application/jsonl',
  'application/jsonlines',
  'application/ndjson',
  'application/stream+json',
  'application/x-jsonlines',
  'application/x-ndjson',
  'text/event-stream',
])
