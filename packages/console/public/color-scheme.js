// Sets the colour scheme before anything is painted. The same rule as Mantine's, which takes over when it has loaded.
{
  let chosen = null
  try {
    chosen = localStorage.getItem('livehook.color-scheme')
  } catch {
    // Storage is forbidden: the system's scheme it is.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}
