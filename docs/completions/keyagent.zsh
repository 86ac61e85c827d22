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
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
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
'*--only=[Use the keys for logins to this host only\: host, user@host, host\:2222; may be given several times]:HOST:_default' \
'*--known-hosts=[Where its keys are on record, instead of OpenSSH'\''s own files]:FILE:_files' \
'-C+[Another comment than the key has]:COMMENT:_default' \
'--comment=[Another comment than the key has]:COMMENT:_default' \
'--passphrase-file=[Unlock with the first line of FILE (- for standard input)]:FILE:_files' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--confirm[Ask before each signature]' \
'(--passphrase-file)--later[Ask for the passphrase at the first use]' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Private key files of any format; a certificate beside one is added, too:_files' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--json[Results as JSON]' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--all[All keys]' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::key -- The key\: its file, its fingerprint or its comment:_default' \
&& ret=0
;;
(lock)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Take the first line of FILE (- for standard input) as passphrase]:FILE:_files' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(unlock)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Take the first line of FILE (- for standard input) as passphrase]:FILE:_files' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--json[Results as JSON]' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
'--lifetime=[Forget keys after this time, where they come without one of their own\: 30m, 8h, 1d]:TIME:_default' \
'--idle=[Forget keys that nothing was signed with for this time; those of \`add --later\` want their passphrase again]:TIME:_default' \
'--socket=[Listen there, and not at the usual place of this user]:PATH:_files' \
'--until=[End with this process]:PID:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'()--foreground[Stay in the foreground]' \
'(--foreground --socket)--at-logon[Also at each logon of this user from now on (Windows)]' \
'(--foreground --socket --at-logon)--not-at-logon[Not at logon any more (Windows)]' \
'--detached[Leave the terminal once the socket is there]' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::command -- Run this with an agent of its own, which ends with it:_default' \
&& ret=0
;;
(env)
_arguments "${_arguments_options[@]}" : \
'--shell=[For which shell, or for OpenSSH'\''s configuration \[default\: that of SHELL\]]:SHELL:((sh\:"sh, dash, bash, zsh, ksh"
fish\:"fish"
powershell\:"Windows PowerShell and PowerShell"
cmd\:"Windows'\'' cmd"
openssh-config\:"A line for ~/.ssh/config"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(relay)
_arguments "${_arguments_options[@]}" : \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-q[Say nothing but errors]' \
'--quiet[Say nothing but errors]' \
'--batch[Never ask\: what would ask fails]' \
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
'add:Give keys to the agent that runs; where none does, one is started' \
'list:Show the keys that the agent holds' \
'remove:Make the agent forget a key, or all' \
'lock:Hide all keys until the same passphrase comes again' \
'unlock:Show them again' \
'status:Show whether an agent runs, where, and what it holds' \
'stop:End our agent' \
'start:Start an agent' \
'env:Write the variables that lead other programs to the agent' \
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
'add:Give keys to the agent that runs; where none does, one is started' \
'list:Show the keys that the agent holds' \
'remove:Make the agent forget a key, or all' \
'lock:Hide all keys until the same passphrase comes again' \
'unlock:Show them again' \
'status:Show whether an agent runs, where, and what it holds' \
'stop:End our agent' \
'start:Start an agent' \
'env:Write the variables that lead other programs to the agent' \
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
