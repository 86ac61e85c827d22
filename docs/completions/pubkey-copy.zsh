#compdef pubkey-copy

autoload -U is-at-least

_pubkey-copy() {
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
'*--from=[Accept the key only from these networks (repeatable; \`-\` is stdin)]:CIDR:_default' \
'*--option=[Add an option such as \`restrict\` or \`command="…"\` (repeatable)]:OPT:_default' \
'--comment=[Write this comment instead of the key'\''s own]:TEXT:_default' \
'--via=[Which clipboard to use]:VIA:((auto\:"The desktop'\''s clipboard if there is a desktop, else the terminal'\''s"
native\:"The desktop'\''s clipboard\: Windows, macOS, X11, Wayland, or Windows from inside WSL"
osc52\:"The terminal'\''s clipboard, also through SSH, with the escape sequence OSC 52"))' \
'(-p --print --via)--to=[Install the line at this destination, as ssh-copy-id does]:DESTINATION:_default' \
'()--select=[The agent'\''s key whose comment contains TEXT or whose fingerprint begins with it]:TEXT:_default' \
'--passphrase-file=[Read the passphrase from the first line of FILE (\`-\` for standard input)]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'(--via)-p[Print the line; do not touch the clipboard]' \
'(--via)--print[Print the line; do not touch the clipboard]' \
'(--from --option --comment -p --print --via)--remove[With --to\: remove the key again, whatever its options]' \
'--agent[Take the key from the ssh-agent]' \
'--batch[Never ask; fail where an answer is needed]' \
'--json[Describe the line as a JSON object on standard output]' \
'-q[Print nothing on success]' \
'--quiet[Print nothing on success]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::key -- A private key of any format, a `.pub` or RFC 4716 file, or `-` for standard input:_files' \
'*::sshc -- With --to, after `--`\: options for sshc:_default' \
&& ret=0
}

(( $+functions[_pubkey-copy_commands] )) ||
_pubkey-copy_commands() {
    local commands; commands=()
    _describe -t commands 'pubkey-copy commands' commands "$@"
}

if [ "$funcstack[1]" = "_pubkey-copy" ]; then
    _pubkey-copy "$@"
else
    compdef _pubkey-copy pubkey-copy
fi
