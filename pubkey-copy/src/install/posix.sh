# What the server's `sh` runs for `pubkey-copy --to`. The script is read completely before it
# begins, because it arrives on standard input. It answers in lines of three fields: pubkey-copy, a
# word, a text.
#
# Variables set before it: action, line, type, blob, options, names (of the options), and major,
# minor and newest: the first OpenSSH that knows all of the options.

say() {
    printf 'pubkey-copy\t%s\t%s\n' "$1" "$2"
}

cannot() {
    say "cannot-$1" "$2"
    exit 1
}

# Finds the server process among our ancestors, and its configuration. Linux shows both.
find_server() {
    server= config=/etc/ssh/sshd_config up=$PPID depth=0
    while [ "${up:-0}" -gt 1 ] && [ "$depth" -lt 12 ]; do
        pid=$up depth=$((depth + 1)) name= up=
        if [ -r "/proc/$pid/status" ]; then
            while read -r key value _; do
                case $key in
                    Name:) name=$value ;;
                    PPid:) up=$value ;;
                esac
            done < "/proc/$pid/status"
        else
            set -- $(ps -o ppid= -o comm= -p "$pid" 2> /dev/null)
            up=${1-} name=${2-}
            name=${name##*/}
        fi
        case $name in
            dropbear | tinysshd)
                server=$name
                return
                ;;
            sshd*)
                server=sshd
                set -f
                # The listener shows its arguments in its process title.
                set -- $(tr '\0' ' ' 2> /dev/null < "/proc/$pid/cmdline")
                set +f
                while [ $# -gt 1 ]; do
                    case $1 in -f) config=$2 ;; esac
                    shift
                done
                ;;
            *) [ -z "$server" ] || return ;;
        esac
    done
}

# Refuses a line that this server would ignore.
check_line() {
    case $server in
        dropbear)
            if [ "${#line}" -gt 4000 ]; then
                cannot take 'dropbear passes over lines of more than 4,000 characters'
            fi
            known=' command no-agent-forwarding no-port-forwarding no-pty no-X11-forwarding '
            version=$(dropbear -V 2>&1 < /dev/null)
            case $version in
                *v202[3-9].* | *v20[3-9][0-9].* | *v2022.8[3-9]*)
                    known="$known no-touch-required permitopen restrict verify-required "
                    ;;
            esac
            for option in $names; do
                case $known in
                    *" $option "*) ;;
                    *) cannot take "dropbear does not know the option \`$option\`" ;;
                esac
            done
            ;;
        tinysshd)
            [ "$type" = ssh-ed25519 ] || cannot take 'tinysshd takes only Ed25519 keys'
            [ -z "$options" ] || cannot take 'tinysshd takes no line with options'
            ;;
        *)
            version=$({ sshd -V || ssh -V; } 2>&1 < /dev/null)
            case $version in *OpenSSH_[0-9]*) ;; *) return ;; esac
            version=${version#*OpenSSH_}
            at=${version%%.*} version=${version#*.}
            after=${version%%[!0-9]*}
            if [ "$at" -lt "$major" ] || { [ "$at" -eq "$major" ] && [ "$after" -lt "$minor" ]; }; then
                cannot take "OpenSSH $at.$after does not know \`$newest\`, which came with $major.$minor"
            fi
            ;;
    esac
}

# The values of AuthorizedKeysFile in a configuration and the files that it includes (the first one
# counts), and whether one of them is in a Match block.
key_files() {
    awk '
        {
            sub(/#.*/, "")
            gsub(/[="]/, " ")
            word = tolower($1)
            sub(/^[ \t]*[^ \t]+[ \t]*/, "")
        }
        word == "match" { below = 1 }
        word == "include" && !below { print "include " $0 }
        word == "authorizedkeysfile" { print (below ? "match " : "keys ") $0 }' "$1" | while read -r word rest; do
        if [ "$word" != include ]; then
            printf '%s %s\n' "$word" "$rest"
            continue
        fi
        for part in $rest; do
            case $part in /*) ;; *) part=/etc/ssh/$part ;; esac
            for part in $part; do
                if [ "$2" -lt 8 ] && [ -r "$part" ]; then
                    (key_files "$part" $(($2 + 1)))
                fi
            done
        done
    done
}

# The files in which the server looks for this user's keys.
find_file() {
    user=$(id -un) words=
    if [ "$server" = dropbear ] && [ -e /etc/openwrt_release ] && [ "$(id -u)" = 0 ]; then
        words=/etc/dropbear/authorized_keys
    elif [ "$server" = sshd ] && [ -r "$config" ]; then
        if [ "$(id -u)" = 0 ]; then
            # Only root may ask the server itself, which evaluates Match.
            words=$("$(command -v sshd)" -T -f "$config" -C "user=$user,host=localhost,addr=127.0.0.1" 2> /dev/null |
                sed -n 's/^authorizedkeysfile //p')
        fi
        if [ -z "$words" ]; then
            found=$(key_files "$config" 0)
            words=$(printf '%s\n' "$found" | sed -n 's/^keys //p' | sed -n 1p)
            case "
$found" in *"
match "*) say warning "the server's configuration names other files of keys below a Match, which may go for this user" ;; esac
        fi
    fi
    file= first=
    set -f
    for word in ${words:-.ssh/authorized_keys}; do
        word=$(printf '%s\n' "$word" | H=$HOME U=$user I=$(id -u) awk '{
            while (match($0, /%[%hUu]/)) {
                c = substr($0, RSTART + 1, 1)
                v = c == "h" ? ENVIRON["H"] : c == "u" ? ENVIRON["U"] : c == "U" ? ENVIRON["I"] : "%"
                out = out substr($0, 1, RSTART - 1) v
                $0 = substr($0, RSTART + 2)
            }
            print out $0
        }')
        case $word in
            none) continue ;;
            /*) ;;
            *) word=$HOME/$word ;;
        esac
        first=${first:-$word}
        if is_ours "$word"; then
            file=$word
            break
        fi
    done
    set +f
    [ -n "$first" ] || cannot find 'the server reads no file of keys'
    case $first in
        "$HOME"/*) file=${file:-$first} ;;
        *) [ -n "$file" ] || cannot find "the server reads the keys from $first, which this user may not write" ;;
    esac
}

# Whether we can create a file there; its folder may not exist yet.
is_ours() {
    if [ -e "$1" ]; then
        [ -f "$1" ] && [ -w "$1" ] && [ -w "${1%/*}" ]
    elif [ -d "${1%/*}" ]; then
        [ -w "${1%/*}" ]
    else
        case $1 in "$HOME"/*) [ -w "$HOME" ] ;; *) false ;; esac
    fi
}

# The file that a link points to; the link stays.
follow() {
    real=$1 links=0
    while [ -h "$real" ]; do
        links=$((links + 1))
        [ "$links" -lt 40 ] || cannot write "$1 is a link to itself"
        to=$(readlink "$real") || cannot write "$real is a link that cannot be read"
        case $to in /*) real=$to ;; *) real=${real%/*}/$to ;; esac
    done
}

# One change at a time. A lock is stale if its process ran on this machine and has ended.
take_lock() {
    lock=$real.lock me=$(uname -n):$$ waited=0 missed=0
    until why=$(ln -s "$me" "$lock" 2>&1); do
        if [ ! -h "$lock" ] && [ ! -e "$lock" ]; then
            # Another may have let go of it since; but if it can never be made, that is why.
            missed=$((missed + 1))
            [ "$missed" -lt 10 ] || cannot write "$why"
            continue
        fi
        holder=$(readlink "$lock")
        case $holder in
            "${me%:*}":*[0-9])
                if ! kill -0 "${holder##*:}" 2> /dev/null && mv "$lock" "$lock.$$" 2> /dev/null; then
                    if [ "$(readlink "$lock.$$")" = "$holder" ]; then
                        rm -f "$lock.$$"
                    else
                        mv "$lock.$$" "$lock"
                    fi
                    continue
                fi
                ;;
        esac
        waited=$((waited + 1))
        [ "$waited" -lt 20 ] || cannot lock "$lock is held by $holder"
        sleep 1
    done
    locked=yes
}

# Looks for the key. Counts the lines and bytes of the file, and of what remains without the key's
# lines, and reports the position and options of each of these lines. With keep=yes it also prints
# what remains.
scan() {
    TYPE=$type BLOB=$blob awk -v keep="$1" '
        function after_options(s,  i, c, quoted) {
            for (i = 1; i <= length(s); i++) {
                c = substr(s, i, 1)
                if (c == "\\" && substr(s, i + 1, 1) == "\"") i++
                else if (c == "\"") quoted = !quoted
                else if (!quoted && (c == " " || c == "\t")) break
            }
            return i
        }
        function is_key(s,  word) {
            split(s, word, /[ \t]+/)
            return word[1] == ENVIRON["TYPE"] && word[2] == ENVIRON["BLOB"]
        }
        function has_key(s,  at) {
            given = ""
            if (!index(s, ENVIRON["BLOB"])) return 0
            sub(/\r$/, "", s)
            sub(/^[ \t]+/, "", s)
            if (s ~ /^#/) return 0
            if (is_key(s)) return 1
            at = after_options(s)
            given = substr(s, 1, at - 1)
            s = substr(s, at)
            sub(/^[ \t]+/, "", s)
            return is_key(s)
        }
        has_key($0) {
            hits++
            bytes += length($0) + 1
            if (keep != "yes") print "hit " NR " " given
            next
        }
        { kept += length($0) + 1 }
        keep == "yes" { print }
        END { if (keep != "yes") print "sum " hits + 0, bytes + kept, kept + 0 }' "$real"
}

size() {
    wc -c < "$1" | tr -d ' \t'
}

ends_whole() {
    [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ]
}

# Makes the copy to be changed, with the same mode and, if we are allowed to set it, the same owner.
copy() {
    new=$real.new.$$
    (set -C && : > "$new") 2> /dev/null || cannot write "$new cannot be made"
    made=yes
    if [ -e "$real" ]; then
        why=$(cp -p "$real" "$new" 2>&1) || cannot write "$why"
    fi
    chmod u+rw,go-w "$new"
}

put_in_place() {
    if [ -e "$real" ] && [ "$(cksum < "$real")" != "$before" ]; then
        rm -f "$new"
        return 1
    fi
    why=$(mv -f "$new" "$real" 2>&1) || cannot write "$why"
    made=
}

add() {
    found=
    [ ! -e "$real" ] || found=$(scan no | sed -n 's/^hit //p')
    newline='
'
    while [ -n "$found" ]; do
        entry=${found%%"$newline"*}
        has=${entry#* }
        if [ "$has" != "$options" ]; then
            if [ -n "$has" ]; then has="with the options $has"; else has="without options"; fi
            cannot agree "line ${entry%% *} of $file holds the key $has"
        fi
        case $found in *"$newline"*) found=${found#*"$newline"} ;; *) found= is_there=yes ;; esac
    done
    if [ "${is_there-}" = yes ]; then
        done_as=present
        return 0
    fi
    copy
    ends_whole "$new" || printf '\n' >> "$new" || cannot write 'no space is left'
    whole=$(($(size "$new") + ${#line} + 1))
    printf '%s\n' "$line" >> "$new" 2> /dev/null || cannot write "$new could not be written whole: is the disk full?"
    [ "$(size "$new")" = "$whole" ] || cannot write "$new could not be written whole: is the disk full?"
    put_in_place || return 1
    done_as=added
}

remove() {
    done_as=absent
    [ -e "$real" ] || return 0
    sum=$(scan no | sed -n 's/^sum //p')
    hits=${sum%% *} sum=${sum#* }
    [ "${hits:-0}" -gt 0 ] || return 0
    all=$(size "$real")
    ends_whole "$real" || all=$((all + 1))
    [ "${sum% *}" = "$all" ] || cannot write "$file holds bytes that are no text"
    copy
    scan yes > "$new" 2> /dev/null || cannot write "$new could not be written whole: is the disk full?"
    [ "$(size "$new")" = "${sum#* }" ] || cannot write "$new could not be written whole: is the disk full?"
    put_in_place || return 1
    done_as=removed
}

# Servers ignore keys in files that other users can write. Folders outside the home are left to the
# administrator.
check_modes() {
    at=$file
    while [ -n "$at" ] && [ "$at" != "${HOME%/*}" ]; do
        case $(ls -Lldn "$at" 2> /dev/null) in
            ?????w* | ????????w*)
                case $at in
                    "$HOME"/*) chmod go-w "$at" 2> /dev/null ;;
                    *) false ;;
                esac || say warning "others may write $at, so the server may pass over the keys: chmod go-w $at"
                ;;
        esac
        at=${at%/*}
    done
}

tidy() {
    [ -z "$made" ] || rm -f "$new"
    [ -z "$locked" ] || rm -f "$lock"
}

pubkey_copy() {
    made= locked=
    LC_ALL=C PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
    export LC_ALL PATH
    umask 077
    trap tidy EXIT
    trap 'exit 1' HUP INT TERM
    command -v awk > /dev/null || cannot write 'there is no awk'
    case $HOME in
        /*) [ -d "$HOME" ] ;;
        *) false ;;
    esac || cannot find "this user has no home folder ($HOME)"
    HOME=${HOME%/}
    find_server
    [ "$action" = remove ] || check_line
    find_file
    follow "$file"
    [ ! -e "$real" ] || [ -f "$real" ] || cannot write "$file is no file"
    [ ! -e "$real" ] || [ -r "$real" ] || cannot write "$file may not be read"
    if [ ! -d "${real%/*}" ]; then
        [ "$action" = add ] || { say absent "$file" && exit 0; }
        why=$(mkdir -p "${real%/*}" 2>&1) || cannot write "$why"
    fi
    [ ! -e "$real" ] || [ -w "$real" ] || cannot write "$file may not be written"
    take_lock
    tries=0
    while :; do
        before=
        [ ! -e "$real" ] || before=$(cksum < "$real")
        if "$action"; then
            break
        fi
        tries=$((tries + 1))
        [ "$tries" -lt 10 ] || cannot write "$file is changed by others all the time"
    done
    if [ "$action" = add ]; then
        check_modes
        # With SELinux, sshd reads the file only if it is labelled as keys.
        if command -v restorecon > /dev/null; then
            restorecon -F "${real%/*}" "$real" > /dev/null 2>&1
        fi
    fi
    say "$done_as" "$file"
}

pubkey_copy < /dev/null
exit
