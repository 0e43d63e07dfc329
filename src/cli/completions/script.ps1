# Completes cognito-sync in PowerShell. The program itself knows what may be typed; this asks it.

Register-ArgumentCompleter -Native -CommandName 'cognito-sync' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $program = $commandAst.GetCommandName()
    if (-not $program) { $program = 'cognito-sync' }
    $words = @()
    $current = ''
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        $extent = $element.Extent
        if ($extent.StartOffset -ge $cursorPosition) { break }
        if ($extent.EndOffset -ge $cursorPosition) {
            $current = $extent.Text.Substring(0, $cursorPosition - $extent.StartOffset)
        } elseif ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        } else {
            $words += $extent.Text
        }
    }
    $isQuoted = $current -match '^[''"]'
    $current = $current.Trim('''"')
    # A word that is empty would get lost on the way; the program takes a missing one as empty.
    $index = $words.Count
    if ($current) { $words += $current }

    # PowerShell may have cut the word (it takes a comma to part a list), and replaces the last
    # piece only.
    $kept = [Math]::Max(0, $current.Length - ([string]$wordToComplete).Trim('''"').Length)
    & $program completions powershell --at $index -- @words 2>$null | ForEach-Object {
        $word, $description = $_ -split "`t", 2
        if (-not $description) { $description = $word }
        $text = $word.Substring($kept)
        if ($isQuoted -or ($kept -eq 0 -and $text -match '[^-\w=:./+~\\]')) {
            $text = "'" + $text.Replace("'", "''") + "'"
        }
        [System.Management.Automation.CompletionResult]::new(
            $text, $word, 'ParameterValue', $description)
    }
}
