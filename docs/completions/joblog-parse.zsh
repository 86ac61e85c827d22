#compdef joblog-parse

autoload -U is-at-least

_joblog-parse() {
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
'-o+[Output format]:FORMAT:((text\:"user@host or user@host\:port, one per line"
json\:"one JSON object per line"
uri\:"ssh\://user@host\:port"
csv\:"comma-separated values, with a header line"
ssh-config\:"a Host block of ssh_config"
forwards\:"the -L value of a tunnel to each service, one per line"))' \
'--output=[Output format]:FORMAT:((text\:"user@host or user@host\:port, one per line"
json\:"one JSON object per line"
uri\:"ssh\://user@host\:port"
csv\:"comma-separated values, with a header line"
ssh-config\:"a Host block of ssh_config"
forwards\:"the -L value of a tunnel to each service, one per line"))' \
'--pattern=[Search for this instead, with groups named user, host and perhaps port]:REGEX:_default' \
'--until=[What --follow waits for]:WHAT:((login\:"a login"
service\:"a login, and a service beside it"))' \
'--timeout=[Give up waiting after this time\: 90s, 10m, 1h30m]:DURATION:_default' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--latest[The last login in the log (the default)]' \
'--first[The first login in the log]' \
'--all[Every login, in order and without repeats]' \
'(-o --output)--json[The same as -o json]' \
'--allow-private[Also accept private and loopback addresses]' \
'--loose[Also accept logins that the log only mentions\: in events, in examples, or by the job itself]' \
'--secrets[Also show the tokens of services]' \
'-f[Wait for a login in a growing log]' \
'--follow[Wait for a login in a growing log]' \
'--explain[List every candidate, why it was accepted or refused, and the evidence for and against it]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::files -- Log files, also gzip and zstd; `-` or none is standard input:_default' \
&& ret=0
}

(( $+functions[_joblog-parse_commands] )) ||
_joblog-parse_commands() {
    local commands; commands=()
    _describe -t commands 'joblog-parse commands' commands "$@"
}

if [ "$funcstack[1]" = "_joblog-parse" ]; then
    _joblog-parse "$@"
else
    compdef _joblog-parse joblog-parse
fi
