/** A value whose objects, arrays, maps and sets cannot be changed through it. */
export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends Date | URL | Uint8Array
    ? T
    : T extends ReadonlyMap<infer K, infer V>
      ? ReadonlyMap<DeepReadonly<K>, DeepReadonly<V>>
      : T extends ReadonlySet<infer V>
        ? ReadonlySet<DeepReadonly<V>>
        : T extends object
          ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
          : T
