#compdef keyagent

autoload -U is-at-least

_keyagent() {
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
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_keyagent_commands" \
"*::: :->keyagent" \
&& ret=0
    case $state in
    (keyagent)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:keyagent-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--lifetime=[Forget the keys after this time\: 30m, 8h, 1d]:TIME:_default' \
'*--only=[Use the keys only for logins to this host\: host, user@host, user@host\:2222 (repeatable)]:HOST:_default' \
'*--known-hosts=[The known_hosts file with its keys, instead of OpenSSH'\''s own files and sshc'\''s known_targets]:FILE:_files' \
'-C+[Replace the key'\''s comment]:COMMENT:_default' \
'--comment=[Replace the key'\''s comment]:COMMENT:_default' \
'--passphrase-file=[Read the passphrase from the first line of FILE (- for standard input)]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--confirm[Ask before each signature]' \
'(--passphrase-file)--later[Ask for the passphrase at the first use]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Private key files of any format (- for standard input); a certificate beside a key is added too:_files' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--json[Print the results as JSON]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--all[All keys]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::key -- The key\: its file, its fingerprint or its comment:_default' \
&& ret=0
;;
(lock)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Read the passphrase from the first line of FILE (- for standard input)]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(unlock)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Read the passphrase from the first line of FILE (- for standard input)]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--json[Print the results as JSON]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
'--lifetime=[Forget keys after this time, unless they have their own lifetime\: 30m, 8h, 1d]:TIME:_default' \
'--idle=[Forget keys after this time without a signature; those of \`add --later\` ask for their passphrase again]:TIME:_default' \
'--socket=[Listen at this path, not at the user'\''s usual one]:PATH:_files' \
'--until=[End with this process]:PID:_default' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'()--foreground[Stay in the foreground]' \
'(--foreground --socket)--at-logon[Also start at each logon of this user (Windows)]' \
'(--foreground --socket --at-logon)--not-at-logon[No longer start at logon (Windows)]' \
'--detached[Leave the terminal once the socket is there]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::command -- Run this command with its own agent, which ends with it:_default' \
&& ret=0
;;
(env)
_arguments "${_arguments_options[@]}" : \
'--shell=[Shell to print them for, or OpenSSH'\''s configuration \[default\: from SHELL\]]:SHELL:((sh\:"sh, dash, bash, zsh, ksh"
fish\:"fish"
powershell\:"Windows PowerShell and PowerShell"
cmd\:"cmd.exe"
openssh-config\:"A line for ~/.ssh/config"))' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(relay)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_keyagent__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:keyagent-help-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(lock)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(unlock)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(env)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(relay)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_keyagent_commands] )) ||
_keyagent_commands() {
    local commands; commands=(
'add:Add keys to the running agent; start one if none is running' \
'list:Show the keys that the agent holds' \
'remove:Remove a key, or all keys, from the agent' \
'lock:Lock the agent\: it hides all keys until \`unlock\`' \
'unlock:Unlock the agent' \
'status:Show whether an agent runs, where, and what it holds' \
'stop:Stop the agent' \
'start:Start an agent' \
'env:Print the variables that other programs need to find the agent' \
'relay:Connect standard input and output to the agent' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'keyagent commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__add_commands] )) ||
_keyagent__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent add commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__env_commands] )) ||
_keyagent__subcmd__env_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent env commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help_commands] )) ||
_keyagent__subcmd__help_commands() {
    local commands; commands=(
'add:Add keys to the running agent; start one if none is running' \
'list:Show the keys that the agent holds' \
'remove:Remove a key, or all keys, from the agent' \
'lock:Lock the agent\: it hides all keys until \`unlock\`' \
'unlock:Unlock the agent' \
'status:Show whether an agent runs, where, and what it holds' \
'stop:Stop the agent' \
'start:Start an agent' \
'env:Print the variables that other programs need to find the agent' \
'relay:Connect standard input and output to the agent' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'keyagent help commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__add_commands] )) ||
_keyagent__subcmd__help__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help add commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__env_commands] )) ||
_keyagent__subcmd__help__subcmd__env_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help env commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__help_commands] )) ||
_keyagent__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help help commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__list_commands] )) ||
_keyagent__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help list commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__lock_commands] )) ||
_keyagent__subcmd__help__subcmd__lock_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help lock commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__relay_commands] )) ||
_keyagent__subcmd__help__subcmd__relay_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help relay commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__remove_commands] )) ||
_keyagent__subcmd__help__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help remove commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__start_commands] )) ||
_keyagent__subcmd__help__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help start commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__status_commands] )) ||
_keyagent__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help status commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__stop_commands] )) ||
_keyagent__subcmd__help__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help stop commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__help__subcmd__unlock_commands] )) ||
_keyagent__subcmd__help__subcmd__unlock_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent help unlock commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__list_commands] )) ||
_keyagent__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent list commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__lock_commands] )) ||
_keyagent__subcmd__lock_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent lock commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__relay_commands] )) ||
_keyagent__subcmd__relay_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent relay commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__remove_commands] )) ||
_keyagent__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent remove commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__start_commands] )) ||
_keyagent__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent start commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__status_commands] )) ||
_keyagent__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent status commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__stop_commands] )) ||
_keyagent__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent stop commands' commands "$@"
}
(( $+functions[_keyagent__subcmd__unlock_commands] )) ||
_keyagent__subcmd__unlock_commands() {
    local commands; commands=()
    _describe -t commands 'keyagent unlock commands' commands "$@"
}

if [ "$funcstack[1]" = "_keyagent" ]; then
    _keyagent "$@"
else
    compdef _keyagent keyagent
fi
