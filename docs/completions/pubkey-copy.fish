complete -c pubkey-copy -l from -d 'Accept the key only from these networks (repeatable; `-` is stdin)' -r
complete -c pubkey-copy -l option -d 'Add an option such as `restrict` or `command="…"` (repeatable)' -r
complete -c pubkey-copy -l comment -d 'Write this comment instead of the key\'s own' -r
complete -c pubkey-copy -l via -d 'Which clipboard to use' -r -f -a "auto\t'The desktop\'s clipboard if there is a desktop, else the terminal\'s'
native\t'The desktop\'s clipboard: Windows, macOS, X11, Wayland, or Windows from inside WSL'
osc52\t'The terminal\'s clipboard, also through SSH, with the escape sequence OSC 52'"
complete -c pubkey-copy -l to -d 'Install the line at this destination, as ssh-copy-id does' -r
complete -c pubkey-copy -l select -d 'The agent\'s key whose comment contains TEXT or whose fingerprint begins with it' -r
complete -c pubkey-copy -l passphrase-file -d 'Read the passphrase from the first line of FILE (`-` for standard input)' -r -F
complete -c pubkey-copy -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c pubkey-copy -s p -l print -d 'Print the line; do not touch the clipboard'
complete -c pubkey-copy -l remove -d 'With --to: remove the key again, whatever its options'
complete -c pubkey-copy -l agent -d 'Take the key from the ssh-agent'
complete -c pubkey-copy -l batch -d 'Never ask; fail where an answer is needed'
complete -c pubkey-copy -l json -d 'Describe the line as a JSON object on standard output'
complete -c pubkey-copy -s q -l quiet -d 'Print nothing on success'
complete -c pubkey-copy -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pubkey-copy -s V -l version -d 'Print version'
