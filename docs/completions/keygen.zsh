#compdef keygen

autoload -U is-at-least

_keygen() {
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
'-t+[rsa, ed25519 or ecdsa \[default\: rsa\]]:TYPE:(rsa ed25519 ecdsa)' \
'--type=[rsa, ed25519 or ecdsa \[default\: rsa\]]:TYPE:(rsa ed25519 ecdsa)' \
'-b+[RSA 2048-16384 \[3072\], ECDSA 256|384|521 \[256\]]:BITS:_default' \
'--bits=[RSA 2048-16384 \[3072\], ECDSA 256|384|521 \[256\]]:BITS:_default' \
'-C+[Comment of the key \[such as rsa-key-20261122\]]:COMMENT:_default' \
'--comment=[Comment of the key \[such as rsa-key-20261122\]]:COMMENT:_default' \
'-o+[Private key file \[as ssh-keygen\]; .pub beside it]:FILE:_files' \
'--output=[Private key file \[as ssh-keygen\]; .pub beside it]:FILE:_files' \
'-O+[ppk, ppk2, openssh, pkcs8, pem \[by FILE'\''s name\]]:FORMAT:((ppk\:"PuTTY'\''s, version 3 (PuTTY 0.75 and later)"
ppk2\:"PuTTY'\''s, version 2 (PuTTY 0.52 to 0.74)"
openssh\:"\`-----BEGIN OPENSSH PRIVATE KEY-----\` (OpenSSH'\''s PROTOCOL.key)"
pkcs8\:"\`-----BEGIN PRIVATE KEY-----\`\: PKCS#8 (RFC 5958)"
pem\:"\`-----BEGIN RSA PRIVATE KEY-----\` and \`EC\`\: PKCS#1 (RFC 8017) and SEC1 (RFC 5915)"))' \
'--format=[ppk, ppk2, openssh, pkcs8, pem \[by FILE'\''s name\]]:FORMAT:((ppk\:"PuTTY'\''s, version 3 (PuTTY 0.75 and later)"
ppk2\:"PuTTY'\''s, version 2 (PuTTY 0.52 to 0.74)"
openssh\:"\`-----BEGIN OPENSSH PRIVATE KEY-----\` (OpenSSH'\''s PROTOCOL.key)"
pkcs8\:"\`-----BEGIN PRIVATE KEY-----\`\: PKCS#8 (RFC 5958)"
pem\:"\`-----BEGIN RSA PRIVATE KEY-----\` and \`EC\`\: PKCS#1 (RFC 8017) and SEC1 (RFC 5915)"))' \
'(--no-passphrase)--passphrase-file=[Read the passphrase from FILE'\''s first line]:FILE:_files' \
'--ppk-memory=[Memory needed to unlock a PPK, in KiB]:KIB:_default' \
'--ppk-passes=[Passes over that memory \[default\: as many as take about 100 ms here\]]:N:_default' \
'--rounds=[bcrypt rounds in the OpenSSH format]:N:_default' \
'--pkcs8-kdf=[Key derivation in PKCS#8]:KDF:((pbkdf2\:"PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads"
scrypt\:"scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot read it"))' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--force[Replace existing files]' \
'--no-passphrase[Use no passphrase]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'--json[Print the results as JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_keygen_commands" \
"*::: :->keygen" \
&& ret=0
    case $state in
    (keygen)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:keygen-command-$line[1]:"
        case $line[1] in
            (convert)
_arguments "${_arguments_options[@]}" : \
'-o+[The private key file to write]:OUT:_files' \
'--output=[The private key file to write]:OUT:_files' \
'-O+[Format to write \[default\: from OUT'\''s extension, .ppk or .pem, else openssh\]]:FORMAT:((ppk\:"PuTTY'\''s, version 3 (PuTTY 0.75 and later)"
ppk2\:"PuTTY'\''s, version 2 (PuTTY 0.52 to 0.74)"
openssh\:"\`-----BEGIN OPENSSH PRIVATE KEY-----\` (OpenSSH'\''s PROTOCOL.key)"
pkcs8\:"\`-----BEGIN PRIVATE KEY-----\`\: PKCS#8 (RFC 5958)"
pem\:"\`-----BEGIN RSA PRIVATE KEY-----\` and \`EC\`\: PKCS#1 (RFC 8017) and SEC1 (RFC 5915)"))' \
'--format=[Format to write \[default\: from OUT'\''s extension, .ppk or .pem, else openssh\]]:FORMAT:((ppk\:"PuTTY'\''s, version 3 (PuTTY 0.75 and later)"
ppk2\:"PuTTY'\''s, version 2 (PuTTY 0.52 to 0.74)"
openssh\:"\`-----BEGIN OPENSSH PRIVATE KEY-----\` (OpenSSH'\''s PROTOCOL.key)"
pkcs8\:"\`-----BEGIN PRIVATE KEY-----\`\: PKCS#8 (RFC 5958)"
pem\:"\`-----BEGIN RSA PRIVATE KEY-----\` and \`EC\`\: PKCS#1 (RFC 8017) and SEC1 (RFC 5915)"))' \
'-C+[Replace the key'\''s comment]:COMMENT:_default' \
'--comment=[Replace the key'\''s comment]:COMMENT:_default' \
'--passphrase-file=[Read IN'\''s passphrase from the first line of FILE (- for standard input)]:FILE:_files' \
'(--no-new-passphrase)--new-passphrase-file=[Read the new passphrase from the first line of FILE]:FILE:_files' \
'--ppk-memory=[Memory needed to unlock a PPK, in KiB]:KIB:_default' \
'--ppk-passes=[Passes over that memory \[default\: as many as take about 100 ms here\]]:N:_default' \
'--rounds=[bcrypt rounds in the OpenSSH format]:N:_default' \
'--pkcs8-kdf=[Key derivation in PKCS#8]:KDF:((pbkdf2\:"PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads"
scrypt\:"scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot read it"))' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--force[Replace an existing file]' \
'--no-new-passphrase[Write the key without a passphrase]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'--json[Print the results as JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':input -- The private key file to read, in any format:_files' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Read the passphrase from the first line of FILE (- for standard input), to show and check everything]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'(--json --randomart)-l[Print one line per key, as ssh-keygen -lf does]' \
'(--json --randomart)--list[Print one line per key, as ssh-keygen -lf does]' \
'--randomart[Draw the fingerprint, as ssh-keygen -lv does]' \
'--fix-permissions[Make private key files readable only by their owner]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'--json[Print the results as JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Private or public key files:_files' \
&& ret=0
;;
(public)
_arguments "${_arguments_options[@]}" : \
'-O+[Format of the public key]:FORMAT:((openssh\:"One line, as in authorized_keys"
rfc4716\:"With BEGIN and END lines (RFC 4716)"))' \
'--format=[Format of the public key]:FORMAT:((openssh\:"One line, as in authorized_keys"
rfc4716\:"With BEGIN and END lines (RFC 4716)"))' \
'--passphrase-file=[Read the passphrase from the first line of FILE (- for standard input), if the public half is locked too]:FILE:_files' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'--json[Print the results as JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- A private or public key file:_files' \
&& ret=0
;;
(passphrase)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Read the passphrase from the first line of FILE (- for standard input)]:FILE:_files' \
'(--no-new-passphrase)--new-passphrase-file=[Read the new passphrase from the first line of FILE]:FILE:_files' \
'--ppk-memory=[Memory needed to unlock a PPK, in KiB]:KIB:_default' \
'--ppk-passes=[Passes over that memory \[default\: as many as take about 100 ms here\]]:N:_default' \
'--rounds=[bcrypt rounds in the OpenSSH format]:N:_default' \
'--pkcs8-kdf=[Key derivation in PKCS#8]:KDF:((pbkdf2\:"PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads"
scrypt\:"scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot read it"))' \
'--color=[When to use colour]:WHEN:(auto always never)' \
'--no-new-passphrase[Write the key without a passphrase]' \
'-q[Print errors only]' \
'--quiet[Print errors only]' \
'--batch[Never ask; fail where an answer is needed]' \
'--json[Print the results as JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- The private key file; it keeps its format:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_keygen__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:keygen-help-command-$line[1]:"
        case $line[1] in
            (convert)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(public)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(passphrase)
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

(( $+functions[_keygen_commands] )) ||
_keygen_commands() {
    local commands; commands=(
'convert:Write a private key to another file, in another format' \
'inspect:Show the format, type, fingerprints, lock and problems of keys' \
'public:Write the public half to standard output' \
'passphrase:Change, set or remove a passphrase' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'keygen commands' commands "$@"
}
(( $+functions[_keygen__subcmd__convert_commands] )) ||
_keygen__subcmd__convert_commands() {
    local commands; commands=()
    _describe -t commands 'keygen convert commands' commands "$@"
}
(( $+functions[_keygen__subcmd__help_commands] )) ||
_keygen__subcmd__help_commands() {
    local commands; commands=(
'convert:Write a private key to another file, in another format' \
'inspect:Show the format, type, fingerprints, lock and problems of keys' \
'public:Write the public half to standard output' \
'passphrase:Change, set or remove a passphrase' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'keygen help commands' commands "$@"
}
(( $+functions[_keygen__subcmd__help__subcmd__convert_commands] )) ||
_keygen__subcmd__help__subcmd__convert_commands() {
    local commands; commands=()
    _describe -t commands 'keygen help convert commands' commands "$@"
}
(( $+functions[_keygen__subcmd__help__subcmd__help_commands] )) ||
_keygen__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'keygen help help commands' commands "$@"
}
(( $+functions[_keygen__subcmd__help__subcmd__inspect_commands] )) ||
_keygen__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'keygen help inspect commands' commands "$@"
}
(( $+functions[_keygen__subcmd__help__subcmd__passphrase_commands] )) ||
_keygen__subcmd__help__subcmd__passphrase_commands() {
    local commands; commands=()
    _describe -t commands 'keygen help passphrase commands' commands "$@"
}
(( $+functions[_keygen__subcmd__help__subcmd__public_commands] )) ||
_keygen__subcmd__help__subcmd__public_commands() {
    local commands; commands=()
    _describe -t commands 'keygen help public commands' commands "$@"
}
(( $+functions[_keygen__subcmd__inspect_commands] )) ||
_keygen__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'keygen inspect commands' commands "$@"
}
(( $+functions[_keygen__subcmd__passphrase_commands] )) ||
_keygen__subcmd__passphrase_commands() {
    local commands; commands=()
    _describe -t commands 'keygen passphrase commands' commands "$@"
}
(( $+functions[_keygen__subcmd__public_commands] )) ||
_keygen__subcmd__public_commands() {
    local commands; commands=()
    _describe -t commands 'keygen public commands' commands "$@"
}

if [ "$funcstack[1]" = "_keygen" ]; then
    _keygen "$@"
else
    compdef _keygen keygen
fi
