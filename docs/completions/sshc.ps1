
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'sshc' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'sshc'
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
        'sshc' {
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'A private key of any format (repeatable)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A private key of any format (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'The user to log in as')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user to log in as')
            [CompletionResult]::new('--agent', '--agent', [CompletionResultType]::ParameterName, 'auto, openssh, pageant, none, or a socket or pipe [default: auto]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the key''s passphrase from the first line of FILE (- for standard input)')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'Read the destination''s password from the first line of FILE')
            [CompletionResult]::new('--host-key', '--host-key', [CompletionResultType]::ParameterName, 'Accept only a host key with this fingerprint (repeatable)')
            [CompletionResult]::new('--known-hosts', '--known-hosts', [CompletionResultType]::ParameterName, 'A known_hosts file instead of the one in ~/.ssh (repeatable; the first is written to)')
            [CompletionResult]::new('--host-key-scope', '--host-key-scope', [CompletionResultType]::ParameterName, 'The name that host keys are filed under [default: target for a piped target]')
            [CompletionResult]::new('--host-key-ttl', '--host-key-ttl', [CompletionResultType]::ParameterName, 'How long to remember the host key of an unused target [default: 14d]')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Forward a port here: [bind:]port:host:hostport (port auto: a free one)')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Forward a port of the server: [bind:]port[:host:hostport]')
            [CompletionResult]::new('-D', '-D ', [CompletionResultType]::ParameterName, 'Run a SOCKS proxy here: [bind:]port')
            [CompletionResult]::new('-W', '-W ', [CompletionResultType]::ParameterName, 'Connect standard input and output to a port as the server sees it')
            [CompletionResult]::new('--reconnect', '--reconnect', [CompletionResultType]::ParameterName, 'With -N or --announced: reconnect when the connection is lost, N times in a row or until it works')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The port of the server [default: 22]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port of the server [default: 22]')
            [CompletionResult]::new('-J', '-J ', [CompletionResultType]::ParameterName, 'Jump hosts to go through: [user@]host[:port],…')
            [CompletionResult]::new('--jump', '--jump', [CompletionResultType]::ParameterName, 'Jump hosts to go through: [user@]host[:port],…')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'A proxy: socks5://[user@]host:port or http://[user@]host:port')
            [CompletionResult]::new('--proxy-command', '--proxy-command', [CompletionResultType]::ParameterName, 'A command that provides the connection on its standard streams (%h, %p, %r are host, port, user)')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Connect from this address')
            [CompletionResult]::new('--bind-address', '--bind-address', [CompletionResultType]::ParameterName, 'Connect from this address')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'How long the server may take to answer [default: 30s]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the cluster accepts a login, at most TIME [default: 5m]')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'With --diagnose: the cluster''s access rule, as cidr prints it (repeatable)')
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'With --diagnose: a server that is up, to compare with (repeatable)')
            [CompletionResult]::new('--wait-for', '--wait-for', [CompletionResultType]::ParameterName, 'What --wait waits for [default: login]')
            [CompletionResult]::new('--keepalive', '--keepalive', [CompletionResultType]::ParameterName, 'Send a keepalive to a silent server this often; three without an answer end the session, 0 sends none [default: 15s]')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'A configuration file instead of ~/.ssh/config and the global one, or none')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'A configuration file instead of ~/.ssh/config and the global one, or none')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'An option of ssh_config (repeatable)')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Append the readable output of the session to FILE')
            [CompletionResult]::new('--log-json', '--log-json', [CompletionResultType]::ParameterName, 'Append events to FILE, one line of JSON each')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Ciphers, by preference')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Message authentication codes, by preference')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'The character that begins an escape, or none [default: ~]')
            [CompletionResult]::new('-B', '-B ', [CompletionResultType]::ParameterName, 'Connect through this network interface')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'A tag for `Match tagged` of the configuration')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'Append the output of -v to FILE instead of standard error')
            [CompletionResult]::new('-Q', '-Q ', [CompletionResultType]::ParameterName, 'Print the algorithms available here: cipher, mac, kex, key, key-cert, key-plain, sig, help')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'I')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'w')
            [CompletionResult]::new('--windows-command', '--windows-command', [CompletionResultType]::ParameterName, 'What is run in place of the command on a server whose version says that it is Windows. For programs that bring a script of their own for each: `pubkey-copy --to`')
            [CompletionResult]::new('--background-target', '--background-target', [CompletionResultType]::ParameterName, 'What stood on the standard input of its parent')
            [CompletionResult]::new('--share', '--share', [CompletionResultType]::ParameterName, 'Share one login with later calls, until it is unused for TIME [default: 10m]')
            [CompletionResult]::new('-O', '-O ', [CompletionResultType]::ParameterName, 'Control the shared connection: check, exit, stop, forward, cancel or conninfo')
            [CompletionResult]::new('-S', '-S ', [CompletionResultType]::ParameterName, 'Socket of the shared connection, as `ControlPath`; none turns sharing off')
            [CompletionResult]::new('--share-holder', '--share-holder', [CompletionResultType]::ParameterName, 'This process keeps the connection, for the process with this number and others')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'Forward the agent to the server')
            [CompletionResult]::new('--identities-only', '--identities-only', [CompletionResultType]::ParameterName, 'Offer only the keys that are named')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Ask for a password even if the target came from a job log')
            [CompletionResult]::new('--no-trivial-auth', '--no-trivial-auth', [CompletionResultType]::ParameterName, 'Refuse a server that requires no authentication')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Never ask; fail where an answer is needed')
            [CompletionResult]::new('--accept-new', '--accept-new', [CompletionResultType]::ParameterName, 'Remember the key of a new host without asking')
            [CompletionResult]::new('--forget', '--forget', [CompletionResultType]::ParameterName, 'Remove the destination from known_hosts and known_targets')
            [CompletionResult]::new('--print-host-key-line', '--print-host-key-line', [CompletionResultType]::ParameterName, 'Print the line for a job script that announces the cluster''s host key')
            [CompletionResult]::new('--announced', '--announced', [CompletionResultType]::ParameterName, 'A tunnel to each service that the job log announces: notebooks, dashboards, desktops')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'With --announced: open the announced web pages in the browser')
            [CompletionResult]::new('--secrets', '--secrets', [CompletionResultType]::ParameterName, 'With --announced: print the addresses with their tokens')
            [CompletionResult]::new('-N', '-N ', [CompletionResultType]::ParameterName, 'Run no command, only tunnels')
            [CompletionResult]::new('--print-forwards', '--print-forwards', [CompletionResultType]::ParameterName, 'Print each forward as a line of JSON once it listens')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'Only IPv4')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'Only IPv6')
            [CompletionResult]::new('--diagnose', '--diagnose', [CompletionResultType]::ParameterName, 'Find out why a login does not work, without logging in')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'With --diagnose: print each step as a line of JSON')
            [CompletionResult]::new('--config-exec', '--config-exec', [CompletionResultType]::ParameterName, 'Let `Match exec` of the configuration run programs, as `PermitMatchExec yes` above it does')
            [CompletionResult]::new('-G', '-G ', [CompletionResultType]::ParameterName, 'Print the configuration for the destination, and exit')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Compress')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Allocate a terminal for the command (-tt even without one here)')
            [CompletionResult]::new('-T', '-T ', [CompletionResultType]::ParameterName, 'Allocate no terminal for the shell')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'The command is a subsystem such as sftp')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Standard input is empty')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print what happens; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print what happens; twice for more')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print the version')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Do not forward the agent (the default)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go to the background once logged in; standard input is empty')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'Let other computers use the ports of -L and -D')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print the version to standard error, as ssh does')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'x')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'k')
            [CompletionResult]::new('-K', '-K ', [CompletionResultType]::ParameterName, 'K')
            [CompletionResult]::new('-2', '-2', [CompletionResultType]::ParameterName, '2')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'y')
            [CompletionResult]::new('-1', '-1', [CompletionResultType]::ParameterName, '1')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'X')
            [CompletionResult]::new('-Z', '-Z ', [CompletionResultType]::ParameterName, 'Z')
            [CompletionResult]::new('-Y', '-Y ', [CompletionResultType]::ParameterName, 'Y')
            [CompletionResult]::new('--background-child', '--background-child', [CompletionResultType]::ParameterName, 'The child of `-f`, which does the work')
            [CompletionResult]::new('-M', '-M ', [CompletionResultType]::ParameterName, 'Make a shared connection, as `ControlMaster yes`; -MM asks before each use of it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
