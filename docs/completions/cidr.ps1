
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'cidr' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'cidr'
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
        'cidr' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('everywhere', 'everywhere', [CompletionResultType]::ParameterValue, 'The rule that lets everybody in')
            [CompletionResult]::new('me', 'me', [CompletionResultType]::ParameterValue, 'The rule for this machine, as two independent sources see it')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'The fewest networks for all addresses of the input')
            [CompletionResult]::new('subtract', 'subtract', [CompletionResultType]::ParameterValue, 'The addresses of the input that are in none of the others')
            [CompletionResult]::new('intersect', 'intersect', [CompletionResultType]::ParameterValue, 'The addresses of the input that are also in all of the others')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What a change of rules would open and what it would close')
            [CompletionResult]::new('split', 'split', [CompletionResultType]::ParameterValue, 'The networks of one size that the input consists of')
            [CompletionResult]::new('contains', 'contains', [CompletionResultType]::ParameterValue, 'Whether addresses are inside rules: exit 0 if all are, 1 if not, 2 if that cannot be told')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Network, first and last address, and size')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cidr;everywhere' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The TCP ports that the rule is about: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the rule is for (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'IPv4 (the default; with -6, both)')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'IPv6')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;me' {
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Widen the rule to a network of N bits around the address')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask this web server, whose whole answer is the address (repeatable; replaces the defaults)')
            [CompletionResult]::new('--stun', '--stun', [CompletionResultType]::ParameterName, 'Ask this STUN server (repeatable; replaces the defaults)')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Ask the web servers through this proxy: a URL, or `env` for the environment''s')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Print the rule now and whenever my address changes, which is asked this often (30s, 5m, 1h)')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Ask no server: this is my address')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long a source may take, in seconds')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Say whether these rules let me in: exit 0 if they do, 1 if not, 2 if that cannot be told')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The TCP ports that the rule is about: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the rule is for (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'IPv4 (the default; with -6, both)')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'IPv6')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;merge' {
            [CompletionResult]::new('--max-prefixes', '--max-prefixes', [CompletionResultType]::ParameterName, 'Widen the result to at most N networks, adding the fewest addresses, and say how many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The TCP ports that the rule is about: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the rule is for (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;subtract' {
            [CompletionResult]::new('--minus', '--minus', [CompletionResultType]::ParameterName, 'What to take away (repeatable)')
            [CompletionResult]::new('--max-prefixes', '--max-prefixes', [CompletionResultType]::ParameterName, 'Widen the result to at most N networks, adding the fewest addresses, and say how many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The TCP ports that the rule is about: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the rule is for (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;intersect' {
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'What the result must also be in (repeatable: in every one)')
            [CompletionResult]::new('--max-prefixes', '--max-prefixes', [CompletionResultType]::ParameterName, 'Widen the result to at most N networks, adding the fewest addresses, and say how many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The TCP ports that the rule is about: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the rule is for (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;diff' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Of rules that name ports: only what they let in to these (22, 22,2222 or 8000-8010)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the answer: an object a line with json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the answer: an object a line with json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit 1 if anything changes, 2 if that cannot be told')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json: an object a line')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;split' {
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'The prefix length that all networks are to have')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The TCP ports that the rule is about: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the rule is for (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;contains' {
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'What to look for: an address, network or range, ''@FILE'' or - (repeatable); those inside are printed')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Of rules that name ports: only what they let in to these (22, 22,2222 or 8000-8010)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the answer: an object a line with json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the answer: an object a line with json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json: an object a line')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;show' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Of rules that name ports: only what they let in to these (22, 22,2222 or 8000-8010)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the answer: an object a line with json')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the answer: an object a line with json')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json: an object a line')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;help' {
            [CompletionResult]::new('everywhere', 'everywhere', [CompletionResultType]::ParameterValue, 'The rule that lets everybody in')
            [CompletionResult]::new('me', 'me', [CompletionResultType]::ParameterValue, 'The rule for this machine, as two independent sources see it')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'The fewest networks for all addresses of the input')
            [CompletionResult]::new('subtract', 'subtract', [CompletionResultType]::ParameterValue, 'The addresses of the input that are in none of the others')
            [CompletionResult]::new('intersect', 'intersect', [CompletionResultType]::ParameterValue, 'The addresses of the input that are also in all of the others')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What a change of rules would open and what it would close')
            [CompletionResult]::new('split', 'split', [CompletionResultType]::ParameterValue, 'The networks of one size that the input consists of')
            [CompletionResult]::new('contains', 'contains', [CompletionResultType]::ParameterValue, 'Whether addresses are inside rules: exit 0 if all are, 1 if not, 2 if that cannot be told')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Network, first and last address, and size')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cidr;help;everywhere' {
            break
        }
        'cidr;help;me' {
            break
        }
        'cidr;help;merge' {
            break
        }
        'cidr;help;subtract' {
            break
        }
        'cidr;help;intersect' {
            break
        }
        'cidr;help;diff' {
            break
        }
        'cidr;help;split' {
            break
        }
        'cidr;help;contains' {
            break
        }
        'cidr;help;show' {
            break
        }
        'cidr;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
