complete -c joblog-parse -s o -l output -d 'Output format' -r -f -a "text\t'user@host or user@host:port, one per line'
json\t'one JSON object per line'
uri\t'ssh://user@host:port'
csv\t'comma-separated values, with a header line'
ssh-config\t'a Host block of ssh_config'
forwards\t'the -L value of a tunnel to each service, one per line'"
complete -c joblog-parse -l pattern -d 'Search for this instead, with groups named user, host and perhaps port' -r
complete -c joblog-parse -l until -d 'What --follow waits for' -r -f -a "login\t'a login'
service\t'a login, and a service beside it'"
complete -c joblog-parse -l timeout -d 'Give up waiting after this time: 90s, 10m, 1h30m' -r
complete -c joblog-parse -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c joblog-parse -l latest -d 'The last login in the log (the default)'
complete -c joblog-parse -l first -d 'The first login in the log'
complete -c joblog-parse -l all -d 'Every login, in order and without repeats'
complete -c joblog-parse -l json -d 'The same as -o json'
complete -c joblog-parse -l allow-private -d 'Also accept private and loopback addresses'
complete -c joblog-parse -l loose -d 'Also accept logins that the log only mentions: in events, in examples, or by the job itself'
complete -c joblog-parse -l secrets -d 'Also show the tokens of services'
complete -c joblog-parse -s f -l follow -d 'Wait for a login in a growing log'
complete -c joblog-parse -l explain -d 'List every candidate, why it was accepted or refused, and the evidence for and against it'
complete -c joblog-parse -s q -l quiet -d 'Print errors only'
complete -c joblog-parse -s h -l help -d 'Print help (see more with \'--help\')'
complete -c joblog-parse -s V -l version -d 'Print version'
