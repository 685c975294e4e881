// Work of which one run at a time is enough: asked for while it runs, it runs once more afterwards.

export interface OneAtATime {
  /** Runs the work, or once more after the run that is under way. */
  run(): void
  /** Resolves when nothing runs any more. */
  ended(): Promise<void>
}

/** @param work never rejects */
export function createOneAtATime(work: () => Promise<void>): OneAtATime {
  let underWay: Promise<void> | undefined
  let again = false
  const repeat = async (): Promise<void> => {
    do {
      again = false
      await work()
    } while (again)
    underWay = undefined
  }
  return {
    run() {
      if (underWay === undefined) underWay = repeat()
      else again = true
    },
    async ended() {
      await underWay
    },
  }
}
