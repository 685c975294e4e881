// The few lines that each shell needs. What is offered is decided by `livehook complete`, which they call: so that a new
// verb is there without a new script, and so are the ids of the running service.

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

const bash = `# livehook completion bash: put this into ~/.bashrc
#   source <(livehook completion bash)
_livehook() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" complete "$COMP_CWORD" -- "\${COMP_WORDS[@]}" 2>/dev/null)
}
complete -o default -F _livehook livehook
`

const zsh = `#compdef livehook
# livehook completion zsh: put this into ~/.zshrc, behind compinit
#   source <(livehook completion zsh)
_livehook() {
  local line value
  local -a described
  while IFS= read -r line; do
    value="\${line%%$'\\t'*}"
    described+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" complete $((CURRENT - 1)) -- "\${words[@]}" 2>/dev/null)
  if (( \${#described} )); then
    _describe 'livehook' described
  else
    _files
  fi
}
compdef _livehook livehook
`

const fish = `# livehook completion fish > ~/.config/fish/completions/livehook.fish
function __livehook_complete
  set -l before (commandline -opc)
  livehook complete (count $before) -- $before (commandline -ct) 2>/dev/null
end
complete -c livehook -a '(__livehook_complete)'
`

const powershell = `# livehook completion powershell: put this into $PROFILE
#   livehook completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName livehook -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
  # Nothing typed yet: the word at the cursor does not stand among the elements.
  $index = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
  livehook complete $index -- @words 2>$null | ForEach-Object {
    $value, $says = $_ -split "\`t", 2
    if (-not $says) { $says = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $says)
  }
}
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell }

export function completionScript(shell: Shell): string {
  return scripts[shell]
}
