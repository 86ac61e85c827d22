
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
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('everywhere', 'everywhere', [CompletionResultType]::ParameterValue, 'The rule that lets everyone in')
            [CompletionResult]::new('me', 'me', [CompletionResultType]::ParameterValue, 'The rule for this machine, confirmed by two independent sources')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'The fewest networks that cover exactly the input')
            [CompletionResult]::new('subtract', 'subtract', [CompletionResultType]::ParameterValue, 'The addresses of the input that are not in the --minus lists')
            [CompletionResult]::new('intersect', 'intersect', [CompletionResultType]::ParameterValue, 'The addresses of the input that are also in every --with list')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What a change of rules opens and what it closes')
            [CompletionResult]::new('split', 'split', [CompletionResultType]::ParameterValue, 'The input as networks of one prefix length')
            [CompletionResult]::new('contains', 'contains', [CompletionResultType]::ParameterValue, 'Whether rules contain addresses: exit 0 if they contain all, 1 if not, 2 if that is unknown')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Network, first and last address, and size')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cidr;everywhere' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the rule (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the rule (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'IPv4 (the default; with -6, both)')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'IPv6')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;me' {
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Widen the rule to the /N network around the address')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Ask this web server, which must answer with just the address (repeatable; replaces the defaults)')
            [CompletionResult]::new('--stun', '--stun', [CompletionResultType]::ParameterName, 'Ask this STUN server (repeatable; replaces the defaults)')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Ask the web servers through this proxy: a URL, or `env` for the proxy named in the environment')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Print the rule now and whenever my address changes; ask this often (30s, 5m, 1h)')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Ask no server; this is my address')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Time limit for each source, in seconds')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Check whether these rules let me in: exit 0 if they do, 1 if not, 2 if that is unknown')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the rule (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the rule (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'IPv4 (the default; with -6, both)')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'IPv6')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;merge' {
            [CompletionResult]::new('--max-prefixes', '--max-prefixes', [CompletionResultType]::ParameterName, 'Widen the result to at most N networks with the fewest added addresses, and report how many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the rule (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the rule (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;subtract' {
            [CompletionResult]::new('--minus', '--minus', [CompletionResultType]::ParameterName, 'What to take away (repeatable)')
            [CompletionResult]::new('--max-prefixes', '--max-prefixes', [CompletionResultType]::ParameterName, 'Widen the result to at most N networks with the fewest added addresses, and report how many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the rule (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the rule (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;intersect' {
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'What the result must also be in (repeatable: in every one)')
            [CompletionResult]::new('--max-prefixes', '--max-prefixes', [CompletionResultType]::ParameterName, 'Widen the result to at most N networks with the fewest added addresses, and report how many')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the rule (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the rule (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;diff' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit 1 if anything changes, 2 if that is unknown')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json: one object per line')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;split' {
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Prefix length of the networks')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the rules')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the rule (azure, gcp, nftables) [default: ssh-access]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'Description of the rule (aws, azure, gcp, terraform, nftables)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('--allow-empty', '--allow-empty', [CompletionResultType]::ParameterName, 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;contains' {
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'The addresses to look for: an address, network or range, ''@FILE'' or - (repeatable); prints those inside')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json: one object per line')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;show' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format of the answer')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour on the terminal')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json: one object per line')
            [CompletionResult]::new('--truncate', '--truncate', [CompletionResultType]::ParameterName, 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices, even on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cidr;help' {
            [CompletionResult]::new('everywhere', 'everywhere', [CompletionResultType]::ParameterValue, 'The rule that lets everyone in')
            [CompletionResult]::new('me', 'me', [CompletionResultType]::ParameterValue, 'The rule for this machine, confirmed by two independent sources')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'The fewest networks that cover exactly the input')
            [CompletionResult]::new('subtract', 'subtract', [CompletionResultType]::ParameterValue, 'The addresses of the input that are not in the --minus lists')
            [CompletionResult]::new('intersect', 'intersect', [CompletionResultType]::ParameterValue, 'The addresses of the input that are also in every --with list')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'What a change of rules opens and what it closes')
            [CompletionResult]::new('split', 'split', [CompletionResultType]::ParameterValue, 'The input as networks of one prefix length')
            [CompletionResult]::new('contains', 'contains', [CompletionResultType]::ParameterValue, 'Whether rules contain addresses: exit 0 if they contain all, 1 if not, 2 if that is unknown')
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
