// A canvas knows no custom properties: colours are read from an element that has them, and patterns are drawn once.

import type { SeriesLook } from './series.ts'

/** What a colour of tokens.css comes to in the scheme that is shown. */
export function resolveColour(within: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  within.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const tilePx = 6

/** How a bar is filled: all of it, with stripes, or with dots, so that colour says nothing alone. */
export function fillOf({ colour, pattern }: SeriesLook, within: HTMLElement): string | CanvasPattern {
  const resolved = resolveColour(within, colour)
  if (pattern === 'solid') return resolved
  const tile = document.createElement('canvas')
  tile.width = tilePx
  tile.height = tilePx
  const draw = tile.getContext('2d')
  if (draw === null) return resolved
  draw.fillStyle = resolved
  draw.fillRect(0, 0, tilePx, tilePx)
  draw.strokeStyle = resolveColour(within, '--ground')
  draw.fillStyle = draw.strokeStyle
  if (pattern === 'hatched') {
    draw.lineWidth = 1.5
    for (const offset of [-tilePx, 0, tilePx]) {
      draw.beginPath()
      draw.moveTo(offset, tilePx)
      draw.lineTo(offset + tilePx, 0)
      draw.stroke()
    }
  } else {
    draw.fillRect(1, 1, 2, 2)
    draw.fillRect(4, 4, 2, 2)
  }
  return draw.createPattern(tile, 'repeat') ?? resolved
}
