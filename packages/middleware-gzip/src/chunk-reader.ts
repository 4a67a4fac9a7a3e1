/** What reads a stream chunk by chunk: a reader of it, or one that gives first what was read already. */
export type ChunkReader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>
