
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'joblog-parse' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'joblog-parse'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'joblog-parse' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--pattern', '--pattern', [CompletionResultType]::ParameterName, 'Search for this instead, with groups named user, host and perhaps port')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'What --follow waits for')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time: 90s, 10m, 1h30m')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--latest', '--latest', [CompletionResultType]::ParameterName, 'The last login in the log (the default)')
            [CompletionResult]::new('--first', '--first', [CompletionResultType]::ParameterName, 'The first login in the log')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every login, in order and without repeats')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('--allow-private', '--allow-private', [CompletionResultType]::ParameterName, 'Also accept private and loopback addresses')
            [CompletionResult]::new('--loose', '--loose', [CompletionResultType]::ParameterName, 'Also accept logins that the log only mentions: in events, in examples, or by the job itself')
            [CompletionResult]::new('--secrets', '--secrets', [CompletionResultType]::ParameterName, 'Also show the tokens of services')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Wait for a login in a growing log')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for a login in a growing log')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'List every candidate, why it was accepted or refused, and the evidence for and against it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
