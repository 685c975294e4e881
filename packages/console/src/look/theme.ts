// Mantine's theme. What it would turn into CSS variables stands in tokens.css instead (see there why).

import { createTheme, Menu, Tooltip } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Menu: Menu.extend({
      defaultProps: {
        // Inside the landmark of its button, above everything that scrolls there.
        withinPortal: false,
        floatingStrategy: 'fixed',
        // The placeholder is a child that a menu may not have; without it the first item gets the focus.
        withInitialFocusPlaceholder: false,
      },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withinPortal: false, floatingStrategy: 'fixed' } }),
  },
})
