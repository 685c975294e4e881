import 'react'

declare module 'react' {
  /** Our style sheets read custom properties, which React sets like any other. */
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
