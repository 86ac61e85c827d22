# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_keyagent_global_optspecs
    string join \n color= q/quiet batch h/help V/version
end

function __fish_keyagent_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_keyagent_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_keyagent_using_subcommand
    set -l cmd (__fish_keyagent_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c keyagent -n "__fish_keyagent_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_needs_command" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_needs_command" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_needs_command" -s V -l version -d 'Print version'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "add" -d 'Add keys to the running agent; start one if none is running'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "list" -d 'Show the keys that the agent holds'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "remove" -d 'Remove a key, or all keys, from the agent'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "lock" -d 'Lock the agent: it hides all keys until `unlock`'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "unlock" -d 'Unlock the agent'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "status" -d 'Show whether an agent runs, where, and what it holds'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "stop" -d 'Stop the agent'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "start" -d 'Start an agent'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "env" -d 'Print the variables that other programs need to find the agent'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "relay" -d 'Connect standard input and output to the agent'
complete -c keyagent -n "__fish_keyagent_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l lifetime -d 'Forget the keys after this time: 30m, 8h, 1d' -r
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l only -d 'Use the keys only for logins to this host: host, user@host, user@host:2222 (repeatable)' -r
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l known-hosts -d 'The known_hosts file with its keys, instead of OpenSSH\'s own files and sshc\'s known_targets' -r -F
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -s C -l comment -d 'Replace the key\'s comment' -r
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l passphrase-file -d 'Read the passphrase from the first line of FILE (- for standard input)' -r -F
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l confirm -d 'Ask before each signature'
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l later -d 'Ask for the passphrase at the first use'
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand list" -l json -d 'Print the results as JSON'
complete -c keyagent -n "__fish_keyagent_using_subcommand list" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand list" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand remove" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand remove" -l all -d 'All keys'
complete -c keyagent -n "__fish_keyagent_using_subcommand remove" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand remove" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand lock" -l passphrase-file -d 'Read the passphrase from the first line of FILE (- for standard input)' -r -F
complete -c keyagent -n "__fish_keyagent_using_subcommand lock" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand lock" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand lock" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand unlock" -l passphrase-file -d 'Read the passphrase from the first line of FILE (- for standard input)' -r -F
complete -c keyagent -n "__fish_keyagent_using_subcommand unlock" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand unlock" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand unlock" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand status" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand status" -l json -d 'Print the results as JSON'
complete -c keyagent -n "__fish_keyagent_using_subcommand status" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand status" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand stop" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand stop" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand stop" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l lifetime -d 'Forget keys after this time, unless they have their own lifetime: 30m, 8h, 1d' -r
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l idle -d 'Forget keys after this time without a signature; those of `add --later` ask for their passphrase again' -r
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l socket -d 'Listen at this path, not at the user\'s usual one' -r -F
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l until -d 'End with this process' -r
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l foreground -d 'Stay in the foreground'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l at-logon -d 'Also start at each logon of this user (Windows)'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l not-at-logon -d 'No longer start at logon (Windows)'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l detached -d 'Leave the terminal once the socket is there'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand env" -l shell -d 'Shell to print them for, or OpenSSH\'s configuration [default: from SHELL]' -r -f -a "sh\t'sh, dash, bash, zsh, ksh'
fish\t'fish'
powershell\t'Windows PowerShell and PowerShell'
cmd\t'cmd.exe'
openssh-config\t'A line for ~/.ssh/config'"
complete -c keyagent -n "__fish_keyagent_using_subcommand env" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand env" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand env" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand env" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand relay" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyagent -n "__fish_keyagent_using_subcommand relay" -s q -l quiet -d 'Print errors only'
complete -c keyagent -n "__fish_keyagent_using_subcommand relay" -l batch -d 'Never ask; fail where an answer is needed'
complete -c keyagent -n "__fish_keyagent_using_subcommand relay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "add" -d 'Add keys to the running agent; start one if none is running'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "list" -d 'Show the keys that the agent holds'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "remove" -d 'Remove a key, or all keys, from the agent'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "lock" -d 'Lock the agent: it hides all keys until `unlock`'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "unlock" -d 'Unlock the agent'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "status" -d 'Show whether an agent runs, where, and what it holds'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "stop" -d 'Stop the agent'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "start" -d 'Start an agent'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "env" -d 'Print the variables that other programs need to find the agent'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "relay" -d 'Connect standard input and output to the agent'
complete -c keyagent -n "__fish_keyagent_using_subcommand help; and not __fish_seen_subcommand_from add list remove lock unlock status stop start env relay help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
