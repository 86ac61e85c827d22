complete -c sshc -s i -l key -d 'A private key of any format (repeatable)' -r -F
complete -c sshc -s l -l user -d 'The user to log in as' -r
complete -c sshc -l agent -d 'auto, openssh, pageant, none, or a socket or pipe [default: auto]' -r
complete -c sshc -l passphrase-file -d 'Read the key\'s passphrase from the first line of FILE (- for standard input)' -r -F
complete -c sshc -l password-file -d 'Read the destination\'s password from the first line of FILE' -r -F
complete -c sshc -l host-key -d 'Accept only a host key with this fingerprint (repeatable)' -r
complete -c sshc -l known-hosts -d 'A known_hosts file instead of the one in ~/.ssh (repeatable; the first is written to)' -r -F
complete -c sshc -l host-key-scope -d 'The name that host keys are filed under [default: target for a piped target]' -r -f -a "host\t'The host and the port, as OpenSSH does'
target\t'The user, the host and the port: a new cluster on a re-used address is a new host'"
complete -c sshc -l host-key-ttl -d 'How long to remember the host key of an unused target [default: 14d]' -r
complete -c sshc -s L -d 'Forward a port here: [bind:]port:host:hostport (port auto: a free one)' -r
complete -c sshc -s R -d 'Forward a port of the server: [bind:]port[:host:hostport]' -r
complete -c sshc -s D -d 'Run a SOCKS proxy here: [bind:]port' -r
complete -c sshc -s W -d 'Connect standard input and output to a port as the server sees it' -r
complete -c sshc -l reconnect -d 'With -N or --announced: reconnect when the connection is lost, N times in a row or until it works' -r
complete -c sshc -s p -l port -d 'The port of the server [default: 22]' -r
complete -c sshc -s J -l jump -d 'Jump hosts to go through: [user@]host[:port],…' -r
complete -c sshc -l proxy -d 'A proxy: socks5://[user@]host:port or http://[user@]host:port' -r
complete -c sshc -l proxy-command -d 'A command that provides the connection on its standard streams (%h, %p, %r are host, port, user)' -r
complete -c sshc -s b -l bind-address -d 'Connect from this address' -r
complete -c sshc -l connect-timeout -d 'How long the server may take to answer [default: 30s]' -r
complete -c sshc -l wait -d 'Wait until the cluster accepts a login, at most TIME [default: 5m]' -r
complete -c sshc -l rule -d 'With --diagnose: the cluster\'s access rule, as cidr prints it (repeatable)' -r
complete -c sshc -l control -d 'With --diagnose: a server that is up, to compare with (repeatable)' -r
complete -c sshc -l wait-for -d 'What --wait waits for [default: login]' -r -f -a "tcp\t'The port is open'
banner\t'An SSH server introduces itself'
login\t'It lets us in'"
complete -c sshc -l keepalive -d 'Send a keepalive to a silent server this often; three without an answer end the session, 0 sends none [default: 15s]' -r
complete -c sshc -s F -l config -d 'A configuration file instead of ~/.ssh/config and the global one, or none' -r
complete -c sshc -s o -d 'An option of ssh_config (repeatable)' -r
complete -c sshc -l log -d 'Append the readable output of the session to FILE' -r -F
complete -c sshc -l log-json -d 'Append events to FILE, one line of JSON each' -r -F
complete -c sshc -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c sshc -s c -d 'Ciphers, by preference' -r
complete -c sshc -s m -d 'Message authentication codes, by preference' -r
complete -c sshc -s e -d 'The character that begins an escape, or none [default: ~]' -r
complete -c sshc -s B -d 'Connect through this network interface' -r
complete -c sshc -s P -d 'A tag for `Match tagged` of the configuration' -r
complete -c sshc -s E -d 'Append the output of -v to FILE instead of standard error' -r -F
complete -c sshc -s Q -d 'Print the algorithms available here: cipher, mac, kex, key, key-cert, key-plain, sig, help' -r
complete -c sshc -s I -r
complete -c sshc -s w -r
complete -c sshc -l windows-command -d 'What is run in place of the command on a server whose version says that it is Windows. For programs that bring a script of their own for each: `pubkey-copy --to`' -r
complete -c sshc -l background-target -d 'What stood on the standard input of its parent' -r
complete -c sshc -l share -d 'Share one login with later calls, until it is unused for TIME [default: 10m]' -r
complete -c sshc -s O -d 'Control the shared connection: check, exit, stop, forward, cancel or conninfo' -r
complete -c sshc -s S -d 'Socket of the shared connection, as `ControlPath`; none turns sharing off' -r
complete -c sshc -l share-holder -d 'This process keeps the connection, for the process with this number and others' -r
complete -c sshc -s A -d 'Forward the agent to the server'
complete -c sshc -l identities-only -d 'Offer only the keys that are named'
complete -c sshc -l password -d 'Ask for a password even if the target came from a job log'
complete -c sshc -l no-trivial-auth -d 'Refuse a server that requires no authentication'
complete -c sshc -l batch -d 'Never ask; fail where an answer is needed'
complete -c sshc -l accept-new -d 'Remember the key of a new host without asking'
complete -c sshc -l forget -d 'Remove the destination from known_hosts and known_targets'
complete -c sshc -l print-host-key-line -d 'Print the line for a job script that announces the cluster\'s host key'
complete -c sshc -l announced -d 'A tunnel to each service that the job log announces: notebooks, dashboards, desktops'
complete -c sshc -l open -d 'With --announced: open the announced web pages in the browser'
complete -c sshc -l secrets -d 'With --announced: print the addresses with their tokens'
complete -c sshc -s N -d 'Run no command, only tunnels'
complete -c sshc -l print-forwards -d 'Print each forward as a line of JSON once it listens'
complete -c sshc -s 4 -d 'Only IPv4'
complete -c sshc -s 6 -d 'Only IPv6'
complete -c sshc -l diagnose -d 'Find out why a login does not work, without logging in'
complete -c sshc -l json -d 'With --diagnose: print each step as a line of JSON'
complete -c sshc -l config-exec -d 'Let `Match exec` of the configuration run programs, as `PermitMatchExec yes` above it does'
complete -c sshc -s G -d 'Print the configuration for the destination, and exit'
complete -c sshc -s C -d 'Compress'
complete -c sshc -s t -d 'Allocate a terminal for the command (-tt even without one here)'
complete -c sshc -s T -d 'Allocate no terminal for the shell'
complete -c sshc -s s -d 'The command is a subsystem such as sftp'
complete -c sshc -s n -d 'Standard input is empty'
complete -c sshc -s q -l quiet -d 'Print no notices'
complete -c sshc -s v -l verbose -d 'Print what happens; twice for more'
complete -c sshc -l version -d 'Print the version'
complete -c sshc -s a -d 'Do not forward the agent (the default)'
complete -c sshc -s f -d 'Go to the background once logged in; standard input is empty'
complete -c sshc -s g -d 'Let other computers use the ports of -L and -D'
complete -c sshc -s V -d 'Print the version to standard error, as ssh does'
complete -c sshc -s x
complete -c sshc -s k
complete -c sshc -s K
complete -c sshc -s 2
complete -c sshc -s y
complete -c sshc -s 1
complete -c sshc -s X
complete -c sshc -s Z
complete -c sshc -s Y
complete -c sshc -l background-child -d 'The child of `-f`, which does the work'
complete -c sshc -s M -d 'Make a shared connection, as `ControlMaster yes`; -MM asks before each use of it'
complete -c sshc -s h -l help -d 'Print help (see more with \'--help\')'
