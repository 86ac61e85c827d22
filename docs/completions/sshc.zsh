#compdef sshc

autoload -U is-at-least

_sshc() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'*-i+[A private key of any format (repeatable)]:FILE:_files' \
'*--key=[A private key of any format (repeatable)]:FILE:_files' \
'*-l+[The user to log in as]:NAME:_default' \
'*--user=[The user to log in as]:NAME:_default' \
'--agent=[auto, openssh, pageant, none, or a socket or pipe \[default\: auto\]]:AGENT:_default' \
'--passphrase-file=[Read the key'\''s passphrase from the first line of FILE (- for standard input)]:FILE:_files' \
'--password-file=[Read the destination'\''s password from the first line of FILE]:FILE:_files' \
'*--host-key=[Accept only a host key with this fingerprint (repeatable)]:SHA256:…:_default' \
'(--host-key-ttl)*--known-hosts=[A known_hosts file instead of the one in ~/.ssh (repeatable; the first is written to)]:FILE:_files' \
'--host-key-scope=[The name that host keys are filed under \[default\: target for a piped target\]]:SCOPE:((host\:"The host and the port, as OpenSSH does"
target\:"The user, the host and the port\: a new cluster on a re-used address is a new host"))' \
'--host-key-ttl=[How long to remember the host key of an unused target \[default\: 14d\]]:TIME:_default' \
'*-L+[Forward a port here\: \[bind\:\]port\:host\:hostport (port auto\: a free one)]:FORWARD:_default' \
'*-R+[Forward a port of the server\: \[bind\:\]port\[\:host\:hostport\]]:FORWARD:_default' \
'*-D+[Run a SOCKS proxy here\: \[bind\:\]port]:FORWARD:_default' \
'(-N)-W+[Connect standard input and output to a port as the server sees it]:HOST:PORT:_default' \
'()--reconnect=[With -N or --announced\: reconnect when the connection is lost, N times in a row or until it works]::N:_default' \
'*-p+[The port of the server \[default\: 22\]]:PORT:_default' \
'*--port=[The port of the server \[default\: 22\]]:PORT:_default' \
'*-J+[Jump hosts to go through\: \[user@\]host\[\:port\],…]:HOSTS:_default' \
'*--jump=[Jump hosts to go through\: \[user@\]host\[\:port\],…]:HOSTS:_default' \
'(--proxy-command)--proxy=[A proxy\: socks5\://\[user@\]host\:port or http\://\[user@\]host\:port]:URL:_default' \
'(-J --jump)--proxy-command=[A command that provides the connection on its standard streams (%h, %p, %r are host, port, user)]:COMMAND:_default' \
'-b+[Connect from this address]:ADDRESS:_default' \
'--bind-address=[Connect from this address]:ADDRESS:_default' \
'--connect-timeout=[How long the server may take to answer \[default\: 30s\]]:TIME:_default' \
'--wait=[Wait until the cluster accepts a login, at most TIME \[default\: 5m\]]::TIME:_default' \
'*--rule=[With --diagnose\: the cluster'\''s access rule, as cidr prints it (repeatable)]:RULE:_default' \
'*--control=[With --diagnose\: a server that is up, to compare with (repeatable)]:HOST:PORT:_default' \
'--wait-for=[What --wait waits for \[default\: login\]]:WHAT:((tcp\:"The port is open"
banner\:"An SSH server introduces itself"
login\:"It lets us in"))' \
'--keepalive=[Send a keepalive to a silent server this often; three without an answer end the session, 0 sends none \[default\: 15s\]]:TIME:_default' \
'-F+[A configuration file instead of ~/.ssh/config and the global one, or none]:FILE:_default' \
'--config=[A configuration file instead of ~/.ssh/config and the global one, or none]:FILE:_default' \
'*-o+[An option of ssh_config (repeatable)]:NAME=VALUE:_default' \
'--log=[Append the readable output of the session to FILE]:FILE:_files' \
'--log-json=[Append events to FILE, one line of JSON each]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-c+[Ciphers, by preference]:CIPHERS:_default' \
'-m+[Message authentication codes, by preference]:MACS:_default' \
'-e+[The character that begins an escape, or none \[default\: ~\]]:CHARACTER:_default' \
'-B+[Connect through this network interface]:INTERFACE:_default' \
'*-P+[A tag for \`Match tagged\` of the configuration]:TAG:_default' \
'-E+[Append the output of -v to FILE instead of standard error]:FILE:_files' \
'-Q+[Print the algorithms available here\: cipher, mac, kex, key, key-cert, key-plain, sig, help]:LIST:_default' \
'-I+[]:LIBRARY:_default' \
'-w+[]:TUN:_default' \
'--windows-command=[What is run in place of the command on a server whose version says that it is Windows. For programs that bring a script of their own for each\: \`pubkey-copy --to\`]:COMMAND:_default' \
'--background-target=[What stood on the standard input of its parent]:LINE:_default' \
'--share=[Share one login with later calls, until it is unused for TIME \[default\: 10m\]]::TIME:_default' \
'()-O+[Control the shared connection\: check, exit, stop, forward, cancel or conninfo]:COMMAND:_default' \
'-S+[Socket of the shared connection, as \`ControlPath\`; none turns sharing off]:PATH:_default' \
'--share-holder=[This process keeps the connection, for the process with this number and others]:PID:_default' \
'-A[Forward the agent to the server]' \
'--identities-only[Offer only the keys that are named]' \
'(--batch)--password[Ask for a password even if the target came from a job log]' \
'--no-trivial-auth[Refuse a server that requires no authentication]' \
'--batch[Never ask; fail where an answer is needed]' \
'(--host-key)--accept-new[Remember the key of a new host without asking]' \
'()--forget[Remove the destination from known_hosts and known_targets]' \
'--print-host-key-line[Print the line for a job script that announces the cluster'\''s host key]' \
'(-W -f --forget)--announced[A tunnel to each service that the job log announces\: notebooks, dashboards, desktops]' \
'--open[With --announced\: open the announced web pages in the browser]' \
'--secrets[With --announced\: print the addresses with their tokens]' \
'()-N[Run no command, only tunnels]' \
'--print-forwards[Print each forward as a line of JSON once it listens]' \
'-4[Only IPv4]' \
'-6[Only IPv6]' \
'(--wait --forget -G -f -W --reconnect)--diagnose[Find out why a login does not work, without logging in]' \
'--json[With --diagnose\: print each step as a line of JSON]' \
'--config-exec[Let \`Match exec\` of the configuration run programs, as \`PermitMatchExec yes\` above it does]' \
'-G[Print the configuration for the destination, and exit]' \
'-C[Compress]' \
'*-t[Allocate a terminal for the command (-tt even without one here)]' \
'-T[Allocate no terminal for the shell]' \
'-s[The command is a subsystem such as sftp]' \
'-n[Standard input is empty]' \
'*-q[Print no notices]' \
'*--quiet[Print no notices]' \
'*-v[Print what happens; twice for more]' \
'*--verbose[Print what happens; twice for more]' \
'--version[Print the version]' \
'-a[Do not forward the agent (the default)]' \
'-f[Go to the background once logged in; standard input is empty]' \
'-g[Let other computers use the ports of -L and -D]' \
'-V[Print the version to standard error, as ssh does]' \
'*-x[]' \
'*-k[]' \
'*-K[]' \
'*-2[]' \
'*-y[]' \
'-1[]' \
'-X[]' \
'-Z[]' \
'-Y[]' \
'--background-child[The child of \`-f\`, which does the work]' \
'*-M[Make a shared connection, as \`ControlMaster yes\`; -MM asks before each use of it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::destination -- user@host\[\:port\] or host; - or nothing\: the first line of standard input:_default' \
'*::command -- The command to run, and its arguments \[default\: a shell\]:_default' \
&& ret=0
}

(( $+functions[_sshc_commands] )) ||
_sshc_commands() {
    local commands; commands=()
    _describe -t commands 'sshc commands' commands "$@"
}

if [ "$funcstack[1]" = "_sshc" ]; then
    _sshc "$@"
else
    compdef _sshc sshc
fi
