
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'keyagent' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'keyagent'
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
        'keyagent' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Give keys to the agent that runs; where none does, one is started')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show the keys that the agent holds')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Make the agent forget a key, or all')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Hide all keys until the same passphrase comes again')
            [CompletionResult]::new('unlock', 'unlock', [CompletionResultType]::ParameterValue, 'Show them again')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether an agent runs, where, and what it holds')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'End our agent')
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start an agent')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'Write the variables that lead other programs to the agent')
            [CompletionResult]::new('relay', 'relay', [CompletionResultType]::ParameterValue, 'Connect standard input and output to the agent')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyagent;add' {
            [CompletionResult]::new('--lifetime', '--lifetime', [CompletionResultType]::ParameterName, 'Forget the keys after this time: 30m, 8h, 1d')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Use the keys for logins to this host only: host, user@host, host:2222; may be given several times')
            [CompletionResult]::new('--known-hosts', '--known-hosts', [CompletionResultType]::ParameterName, 'Where its keys are on record, instead of OpenSSH''s own files')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Another comment than the key has')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Another comment than the key has')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Unlock with the first line of FILE (- for standard input)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--confirm', '--confirm', [CompletionResultType]::ParameterName, 'Ask before each signature')
            [CompletionResult]::new('--later', '--later', [CompletionResultType]::ParameterName, 'Ask for the passphrase at the first use')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;list' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Results as JSON')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;remove' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All keys')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;lock' {
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Take the first line of FILE (- for standard input) as passphrase')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;unlock' {
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Take the first line of FILE (- for standard input) as passphrase')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;status' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Results as JSON')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;stop' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;start' {
            [CompletionResult]::new('--lifetime', '--lifetime', [CompletionResultType]::ParameterName, 'Forget keys after this time, where they come without one of their own: 30m, 8h, 1d')
            [CompletionResult]::new('--idle', '--idle', [CompletionResultType]::ParameterName, 'Forget keys that nothing was signed with for this time; those of `add --later` want their passphrase again')
            [CompletionResult]::new('--socket', '--socket', [CompletionResultType]::ParameterName, 'Listen there, and not at the usual place of this user')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End with this process')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--foreground', '--foreground', [CompletionResultType]::ParameterName, 'Stay in the foreground')
            [CompletionResult]::new('--at-logon', '--at-logon', [CompletionResultType]::ParameterName, 'Also at each logon of this user from now on (Windows)')
            [CompletionResult]::new('--not-at-logon', '--not-at-logon', [CompletionResultType]::ParameterName, 'Not at logon any more (Windows)')
            [CompletionResult]::new('--detached', '--detached', [CompletionResultType]::ParameterName, 'Leave the terminal once the socket is there')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;env' {
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'For which shell, or for OpenSSH''s configuration [default: that of SHELL]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;relay' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask: what would ask fails')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyagent;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Give keys to the agent that runs; where none does, one is started')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Show the keys that the agent holds')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Make the agent forget a key, or all')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Hide all keys until the same passphrase comes again')
            [CompletionResult]::new('unlock', 'unlock', [CompletionResultType]::ParameterValue, 'Show them again')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether an agent runs, where, and what it holds')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'End our agent')
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start an agent')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'Write the variables that lead other programs to the agent')
            [CompletionResult]::new('relay', 'relay', [CompletionResultType]::ParameterValue, 'Connect standard input and output to the agent')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyagent;help;add' {
            break
        }
        'keyagent;help;list' {
            break
        }
        'keyagent;help;remove' {
            break
        }
        'keyagent;help;lock' {
            break
        }
        'keyagent;help;unlock' {
            break
        }
        'keyagent;help;status' {
            break
        }
        'keyagent;help;stop' {
            break
        }
        'keyagent;help;start' {
            break
        }
        'keyagent;help;env' {
            break
        }
        'keyagent;help;relay' {
            break
        }
        'keyagent;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
