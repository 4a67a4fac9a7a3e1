/** Resolves when a count has not changed for a while: there is no event for what does not happen. */
export async function steady(count: () => number): Promise<void> {
  let before = -1
  while (count() !== before) {
    before = count()
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
}
