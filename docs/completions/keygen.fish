# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_keygen_global_optspecs
    string join \n t/type= b/bits= C/comment= o/output= O/format= force passphrase-file= no-passphrase ppk-memory= ppk-passes= rounds= pkcs8-kdf= color= q/quiet batch json h/help V/version
end

function __fish_keygen_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_keygen_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_keygen_using_subcommand
    set -l cmd (__fish_keygen_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c keygen -n "__fish_keygen_needs_command" -s t -l type -d 'rsa, ed25519 or ecdsa [default: rsa]' -r -f -a "rsa\t''
ed25519\t''
ecdsa\t''"
complete -c keygen -n "__fish_keygen_needs_command" -s b -l bits -d 'RSA 2048-16384 [3072], ECDSA 256|384|521 [256]' -r
complete -c keygen -n "__fish_keygen_needs_command" -s C -l comment -d 'Comment of the key [such as rsa-key-20261122]' -r
complete -c keygen -n "__fish_keygen_needs_command" -s o -l output -d 'Private key file [as ssh-keygen]; .pub beside it' -r -F
complete -c keygen -n "__fish_keygen_needs_command" -s O -l format -d 'ppk, ppk2, openssh, pkcs8, pem [by FILE\'s name]' -r -f -a "ppk\t'PuTTY\'s, version 3 (PuTTY 0.75 and later)'
ppk2\t'PuTTY\'s, version 2 (PuTTY 0.52 to 0.74)'
openssh\t'`-----BEGIN OPENSSH PRIVATE KEY-----` (OpenSSH\'s PROTOCOL.key)'
pkcs8\t'`-----BEGIN PRIVATE KEY-----`: PKCS#8 (RFC 5958)'
pem\t'`-----BEGIN RSA PRIVATE KEY-----` and `EC`: PKCS#1 (RFC 8017) and SEC1 (RFC 5915)'"
complete -c keygen -n "__fish_keygen_needs_command" -l passphrase-file -d 'Read the passphrase from FILE\'s first line' -r -F
complete -c keygen -n "__fish_keygen_needs_command" -l ppk-memory -d 'Memory needed to unlock a PPK, in KiB' -r
complete -c keygen -n "__fish_keygen_needs_command" -l ppk-passes -d 'Passes over that memory [default: as many as take about 100 ms here]' -r
complete -c keygen -n "__fish_keygen_needs_command" -l rounds -d 'bcrypt rounds in the OpenSSH format' -r
complete -c keygen -n "__fish_keygen_needs_command" -l pkcs8-kdf -d 'Key derivation in PKCS#8' -r -f -a "pbkdf2\t'PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads'
scrypt\t'scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot read it'"
complete -c keygen -n "__fish_keygen_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keygen -n "__fish_keygen_needs_command" -l force -d 'Replace existing files'
complete -c keygen -n "__fish_keygen_needs_command" -l no-passphrase -d 'Use no passphrase'
complete -c keygen -n "__fish_keygen_needs_command" -s q -l quiet -d 'Print errors only'
complete -c keygen -n "__fish_keygen_needs_command" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keygen -n "__fish_keygen_needs_command" -l json -d 'Print the results as JSON'
complete -c keygen -n "__fish_keygen_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keygen -n "__fish_keygen_needs_command" -s V -l version -d 'Print version'
complete -c keygen -n "__fish_keygen_needs_command" -f -a "convert" -d 'Write a private key to another file, in another format'
complete -c keygen -n "__fish_keygen_needs_command" -f -a "inspect" -d 'Show the format, type, fingerprints, lock and problems of keys'
complete -c keygen -n "__fish_keygen_needs_command" -f -a "public" -d 'Write the public half to standard output'
complete -c keygen -n "__fish_keygen_needs_command" -f -a "passphrase" -d 'Change, set or remove a passphrase'
complete -c keygen -n "__fish_keygen_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keygen -n "__fish_keygen_using_subcommand convert" -s o -l output -d 'The private key file to write' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand convert" -s O -l format -d 'Format to write [default: from OUT\'s extension, .ppk or .pem, else openssh]' -r -f -a "ppk\t'PuTTY\'s, version 3 (PuTTY 0.75 and later)'
ppk2\t'PuTTY\'s, version 2 (PuTTY 0.52 to 0.74)'
openssh\t'`-----BEGIN OPENSSH PRIVATE KEY-----` (OpenSSH\'s PROTOCOL.key)'
pkcs8\t'`-----BEGIN PRIVATE KEY-----`: PKCS#8 (RFC 5958)'
pem\t'`-----BEGIN RSA PRIVATE KEY-----` and `EC`: PKCS#1 (RFC 8017) and SEC1 (RFC 5915)'"
complete -c keygen -n "__fish_keygen_using_subcommand convert" -s C -l comment -d 'Replace the key\'s comment' -r
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l passphrase-file -d 'Read IN\'s passphrase from the first line of FILE (- for standard input)' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l new-passphrase-file -d 'Read the new passphrase from the first line of FILE' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l ppk-memory -d 'Memory needed to unlock a PPK, in KiB' -r
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l ppk-passes -d 'Passes over that memory [default: as many as take about 100 ms here]' -r
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l rounds -d 'bcrypt rounds in the OpenSSH format' -r
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l pkcs8-kdf -d 'Key derivation in PKCS#8' -r -f -a "pbkdf2\t'PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads'
scrypt\t'scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot read it'"
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l force -d 'Replace an existing file'
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l no-new-passphrase -d 'Write the key without a passphrase'
complete -c keygen -n "__fish_keygen_using_subcommand convert" -s q -l quiet -d 'Print errors only'
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keygen -n "__fish_keygen_using_subcommand convert" -l json -d 'Print the results as JSON'
complete -c keygen -n "__fish_keygen_using_subcommand convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -l passphrase-file -d 'Read the passphrase from the first line of FILE (- for standard input), to show and check everything' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -s l -l list -d 'Print one line per key, as ssh-keygen -lf does'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -l randomart -d 'Draw the fingerprint, as ssh-keygen -lv does'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -l fix-permissions -d 'Make private key files readable only by their owner'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -s q -l quiet -d 'Print errors only'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -l json -d 'Print the results as JSON'
complete -c keygen -n "__fish_keygen_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keygen -n "__fish_keygen_using_subcommand public" -s O -l format -d 'Format of the public key' -r -f -a "openssh\t'One line, as in authorized_keys'
rfc4716\t'With BEGIN and END lines (RFC 4716)'"
complete -c keygen -n "__fish_keygen_using_subcommand public" -l passphrase-file -d 'Read the passphrase from the first line of FILE (- for standard input), if the public half is locked too' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand public" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keygen -n "__fish_keygen_using_subcommand public" -s q -l quiet -d 'Print errors only'
complete -c keygen -n "__fish_keygen_using_subcommand public" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keygen -n "__fish_keygen_using_subcommand public" -l json -d 'Print the results as JSON'
complete -c keygen -n "__fish_keygen_using_subcommand public" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l passphrase-file -d 'Read the passphrase from the first line of FILE (- for standard input)' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l new-passphrase-file -d 'Read the new passphrase from the first line of FILE' -r -F
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l ppk-memory -d 'Memory needed to unlock a PPK, in KiB' -r
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l ppk-passes -d 'Passes over that memory [default: as many as take about 100 ms here]' -r
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l rounds -d 'bcrypt rounds in the OpenSSH format' -r
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l pkcs8-kdf -d 'Key derivation in PKCS#8' -r -f -a "pbkdf2\t'PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads'
scrypt\t'scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot read it'"
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l no-new-passphrase -d 'Write the key without a passphrase'
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -s q -l quiet -d 'Print errors only'
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -l json -d 'Print the results as JSON'
complete -c keygen -n "__fish_keygen_using_subcommand passphrase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keygen -n "__fish_keygen_using_subcommand help; and not __fish_seen_subcommand_from convert inspect public passphrase help" -f -a "convert" -d 'Write a private key to another file, in another format'
complete -c keygen -n "__fish_keygen_using_subcommand help; and not __fish_seen_subcommand_from convert inspect public passphrase help" -f -a "inspect" -d 'Show the format, type, fingerprints, lock and problems of keys'
complete -c keygen -n "__fish_keygen_using_subcommand help; and not __fish_seen_subcommand_from convert inspect public passphrase help" -f -a "public" -d 'Write the public half to standard output'
complete -c keygen -n "__fish_keygen_using_subcommand help; and not __fish_seen_subcommand_from convert inspect public passphrase help" -f -a "passphrase" -d 'Change, set or remove a passphrase'
complete -c keygen -n "__fish_keygen_using_subcommand help; and not __fish_seen_subcommand_from convert inspect public passphrase help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
