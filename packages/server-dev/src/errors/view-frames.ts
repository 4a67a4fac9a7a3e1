import { relative, sep } from 'node:path'
import { isInside } from '../project.ts'
import { isMachinery, packageOf } from './package-of.ts'
import { readExcerpt } from './excerpt.ts'
import type { Excerpt } from './excerpt.ts'
import type { Frame } from './stack-frames.ts'

/** A frame as it is shown. Frames that are not the project's own code are folded. */
export interface FrameView extends Frame {
  readonly kind: 'project' | 'library' | 'node'
  /** The file, short: from the root, or from its package. */
  readonly place: string
  readonly package?: string
  readonly excerpt?: Excerpt
}

/** Says of each frame whose code it is, and adds the lines around it where it is the project's. */
export function viewFrames(frames: readonly Frame[], root: string): FrameView[] {
  return frames.map((frame) => view(frame, root))
}

/** The frames in order, with those that are not the project's own gathered into groups. */
export function foldFrames(views: readonly FrameView[]): (FrameView | FrameView[])[] {
  const folded: (FrameView | FrameView[])[] = []
  for (const view of views) {
    const last = folded.at(-1)
    if (view.kind === 'project') folded.push(view)
    else if (Array.isArray(last)) last.push(view)
    else folded.push([view])
  }
  return folded
}

function view(frame: Frame, root: string): FrameView {
  if (/^(node|internal|evalmachine|<|wasm):?/.test(frame.file)) return { ...frame, kind: 'node', place: frame.file }
  const name = packageOf(frame.file)
  const named = name === undefined ? {} : { package: name }
  const kind = isInside(root, frame.file) && !isMachinery(name) ? 'project' : 'library'
  const installed = frame.file.lastIndexOf(`${sep}node_modules${sep}`)
  const place =
    installed >= 0
      ? frame.file.slice(installed + 14)
      : isInside(root, frame.file)
        ? relative(root, frame.file)
        : frame.file
  const excerpt = kind === 'project' ? readExcerpt(root, frame.file, frame.line) : undefined
  return { ...frame, ...named, kind, place, ...(excerpt && { excerpt }) }
}
