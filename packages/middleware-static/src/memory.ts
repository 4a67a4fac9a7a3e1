import { contentTag } from './content-tag.ts'
import { filePath } from './file-path.ts'
import { inMemory } from './in-memory.ts'
import type { Backend, Entry, KnownFile } from './backend.ts'

/**
 * A tree of files in memory, for bundles, tests and runtimes without a file system. Keys are paths below the root, as a
 * file's name is spelled (`/a b.txt`, not `/a%20b.txt`); strings are sent as UTF-8; bytes are given away.
 *
 * ```ts
 * const app = serveStatic(memory({ '/index.html': '<h1>Hello</h1>' }))(fallback)
 * ```
 * @throws {TypeError} for a key that no request can reach, or one that is a file and a directory.
 */
export function memory(files: Readonly<Record<`/${string}`, string | Uint8Array<ArrayBuffer>>>): Backend {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>()
  const directories = new Set<string>([''])
  const tagged = new Map<string, KnownFile>()
  for (const [path, content] of Object.entries(files)) {
    const name = nameOf(path)
    contents.set(name, contentOf(path, content))
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1))
      directories.add(name.slice(0, end))
  }
  for (const name of contents.keys()) {
    if (directories.has(name))
      throw new TypeError(`@fsgi/middleware-static: memory() has '/${name}' both as a file and as a directory`)
  }

  return {
    find: (name) => tagged.get(name) ?? (contents.has(name) ? tag(name) : directories.has(name) ? 'directory' : null),
    list: async (name) => (directories.has(name) ? listOf(name === '' ? '' : `${name}/`) : null),
  }

  function listOf(prefix: string): Entry[] {
    const own = (name: string): boolean => name !== '' && name.startsWith(prefix) && !name.includes('/', prefix.length)
    const entryOf = (name: string, content: Uint8Array | undefined): Entry => ({
      name: name.slice(prefix.length),
      directory: content === undefined,
      size: content?.length ?? null,
      modified: null,
    })
    return [...directories, ...contents.keys()].filter(own).map((name) => entryOf(name, contents.get(name)))
  }

  async function tag(name: string): Promise<KnownFile> {
    const bytes = contents.get(name)!
    const file = inMemory(bytes, null, await contentTag(bytes))
    tagged.set(name, file)
    return file
  }
}

function nameOf(path: string): string {
  const asked = path.startsWith('/') ? filePath(path.replaceAll('%', '%25'), true) : null
  if (asked !== null && !asked.directory && asked.name !== '') return asked.name
  throw new TypeError(
    `@fsgi/middleware-static: memory() cannot serve '${path}': a key is a path such as '/css/site.css'`,
  )
}

function contentOf(path: string, content: unknown): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return new TextEncoder().encode(content)
  if (content instanceof Uint8Array) return content as Uint8Array<ArrayBuffer>
  throw new TypeError(`@fsgi/middleware-static: memory() needs a string or a Uint8Array for '${path}'`)
}
