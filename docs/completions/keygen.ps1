
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'keygen' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'keygen'
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
        'keygen' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'rsa, ed25519 or ecdsa [default: rsa]')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'rsa, ed25519 or ecdsa [default: rsa]')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'RSA 2048-16384 [3072], ECDSA 256|384|521 [256]')
            [CompletionResult]::new('--bits', '--bits', [CompletionResultType]::ParameterName, 'RSA 2048-16384 [3072], ECDSA 256|384|521 [256]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Comment of the key [such as rsa-key-20261122]')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Comment of the key [such as rsa-key-20261122]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Private key file [as ssh-keygen]; .pub beside it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Private key file [as ssh-keygen]; .pub beside it')
            [CompletionResult]::new('-O', '-O ', [CompletionResultType]::ParameterName, 'ppk, ppk2, openssh, pkcs8, pem [by FILE''s name]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'ppk, ppk2, openssh, pkcs8, pem [by FILE''s name]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from FILE''s first line')
            [CompletionResult]::new('--ppk-memory', '--ppk-memory', [CompletionResultType]::ParameterName, 'Memory needed to unlock a PPK, in KiB')
            [CompletionResult]::new('--ppk-passes', '--ppk-passes', [CompletionResultType]::ParameterName, 'Passes over that memory [default: as many as take about 100 ms here]')
            [CompletionResult]::new('--rounds', '--rounds', [CompletionResultType]::ParameterName, 'bcrypt rounds in the OpenSSH format')
            [CompletionResult]::new('--pkcs8-kdf', '--pkcs8-kdf', [CompletionResultType]::ParameterName, 'Key derivation in PKCS#8')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace existing files')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Use no passphrase')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the results as JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Write a private key to another file, in another format')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show the format, type, fingerprints, lock and problems of keys')
            [CompletionResult]::new('public', 'public', [CompletionResultType]::ParameterValue, 'Write the public half to standard output')
            [CompletionResult]::new('passphrase', 'passphrase', [CompletionResultType]::ParameterValue, 'Change, set or remove a passphrase')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keygen;convert' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The private key file to write')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The private key file to write')
            [CompletionResult]::new('-O', '-O ', [CompletionResultType]::ParameterName, 'Format to write [default: from OUT''s extension, .ppk or .pem, else openssh]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format to write [default: from OUT''s extension, .ppk or .pem, else openssh]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Replace the key''s comment')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Replace the key''s comment')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read IN''s passphrase from the first line of FILE (- for standard input)')
            [CompletionResult]::new('--new-passphrase-file', '--new-passphrase-file', [CompletionResultType]::ParameterName, 'Read the new passphrase from the first line of FILE')
            [CompletionResult]::new('--ppk-memory', '--ppk-memory', [CompletionResultType]::ParameterName, 'Memory needed to unlock a PPK, in KiB')
            [CompletionResult]::new('--ppk-passes', '--ppk-passes', [CompletionResultType]::ParameterName, 'Passes over that memory [default: as many as take about 100 ms here]')
            [CompletionResult]::new('--rounds', '--rounds', [CompletionResultType]::ParameterName, 'bcrypt rounds in the OpenSSH format')
            [CompletionResult]::new('--pkcs8-kdf', '--pkcs8-kdf', [CompletionResultType]::ParameterName, 'Key derivation in PKCS#8')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace an existing file')
            [CompletionResult]::new('--no-new-passphrase', '--no-new-passphrase', [CompletionResultType]::ParameterName, 'Write the key without a passphrase')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the results as JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keygen;inspect' {
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from the first line of FILE (- for standard input), to show and check everything')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Print one line per key, as ssh-keygen -lf does')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'Print one line per key, as ssh-keygen -lf does')
            [CompletionResult]::new('--randomart', '--randomart', [CompletionResultType]::ParameterName, 'Draw the fingerprint, as ssh-keygen -lv does')
            [CompletionResult]::new('--fix-permissions', '--fix-permissions', [CompletionResultType]::ParameterName, 'Make private key files readable only by their owner')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the results as JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keygen;public' {
            [CompletionResult]::new('-O', '-O ', [CompletionResultType]::ParameterName, 'Format of the public key')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the public key')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from the first line of FILE (- for standard input), if the public half is locked too')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the results as JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keygen;passphrase' {
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from the first line of FILE (- for standard input)')
            [CompletionResult]::new('--new-passphrase-file', '--new-passphrase-file', [CompletionResultType]::ParameterName, 'Read the new passphrase from the first line of FILE')
            [CompletionResult]::new('--ppk-memory', '--ppk-memory', [CompletionResultType]::ParameterName, 'Memory needed to unlock a PPK, in KiB')
            [CompletionResult]::new('--ppk-passes', '--ppk-passes', [CompletionResultType]::ParameterName, 'Passes over that memory [default: as many as take about 100 ms here]')
            [CompletionResult]::new('--rounds', '--rounds', [CompletionResultType]::ParameterName, 'bcrypt rounds in the OpenSSH format')
            [CompletionResult]::new('--pkcs8-kdf', '--pkcs8-kdf', [CompletionResultType]::ParameterName, 'Key derivation in PKCS#8')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--no-new-passphrase', '--no-new-passphrase', [CompletionResultType]::ParameterName, 'Write the key without a passphrase')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the results as JSON')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keygen;help' {
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Write a private key to another file, in another format')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show the format, type, fingerprints, lock and problems of keys')
            [CompletionResult]::new('public', 'public', [CompletionResultType]::ParameterValue, 'Write the public half to standard output')
            [CompletionResult]::new('passphrase', 'passphrase', [CompletionResultType]::ParameterValue, 'Change, set or remove a passphrase')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keygen;help;convert' {
            break
        }
        'keygen;help;inspect' {
            break
        }
        'keygen;help;public' {
            break
        }
        'keygen;help;passphrase' {
            break
        }
        'keygen;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
