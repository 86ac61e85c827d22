
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'pubkey-copy' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'pubkey-copy'
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
        'pubkey-copy' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Accept the key only from these networks (repeatable; `-` is stdin)')
            [CompletionResult]::new('--option', '--option', [CompletionResultType]::ParameterName, 'Add an option such as `restrict` or `command="…"` (repeatable)')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Write this comment instead of the key''s own')
            [CompletionResult]::new('--via', '--via', [CompletionResultType]::ParameterName, 'Which clipboard to use')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Install the line at this destination, as ssh-copy-id does')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'The agent''s key whose comment contains TEXT or whose fingerprint begins with it')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from the first line of FILE (`-` for standard input)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Print the line; do not touch the clipboard')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the line; do not touch the clipboard')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'With --to: remove the key again, whatever its options')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'Take the key from the ssh-agent')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Describe the line as a JSON object on standard output')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on success')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on success')
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
