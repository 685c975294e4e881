// Mantine's theme. What it would turn into CSS variables stands in tokens.css instead (see there why).

import { createTheme, Tooltip } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false } }),
  },
})
