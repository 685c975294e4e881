// Reading server-sent events as our own service writes them: one `event` and one `data` line each.

export interface StreamedEvent {
  readonly event: string
  readonly data: string
}

/** Gives each event as it arrives; ends with the stream. */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent, void, void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    const frames = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const event = /^event: (.*)$/m.exec(frame)?.[1]
      const data = /^data: (.*)$/m.exec(frame)?.[1]
      // Comments keep the connection alive and say nothing.
      if (event !== undefined && data !== undefined) yield { event, data }
    }
  }
}
