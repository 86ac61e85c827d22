#compdef cidr

autoload -U is-at-least

_cidr() {
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
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_cidr_commands" \
"*::: :->cidr" \
&& ret=0
    case $state in
    (cidr)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:cidr-command-$line[1]:"
        case $line[1] in
            (everywhere)
_arguments "${_arguments_options[@]}" : \
'-o+[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[TCP ports of the rule\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[Name of the rule (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[Description of the rule (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-4[IPv4 (the default; with -6, both)]' \
'-6[IPv6]' \
'(-o --output)--json[The same as -o json]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(me)
_arguments "${_arguments_options[@]}" : \
'--prefix=[Widen the rule to the /N network around the address]:N:_default' \
'*--url=[Ask this web server, which must answer with just the address (repeatable; replaces the defaults)]:URL:_default' \
'*--stun=[Ask this STUN server (repeatable; replaces the defaults)]:HOST:PORT:_default' \
'(--stun --address)--proxy=[Ask the web servers through this proxy\: a URL, or \`env\` for the proxy named in the environment]:URL:_default' \
'(--check --address)--watch=[Print the rule now and whenever my address changes; ask this often (30s, 5m, 1h)]:DURATION:_default' \
'(--url --stun -4 -6)--address=[Ask no server; this is my address]:IP:_default' \
'--timeout=[Time limit for each source, in seconds]:SECONDS:_default' \
'*--check=[Check whether these rules let me in\: exit 0 if they do, 1 if not, 2 if that is unknown]:RULE:_default' \
'-o+[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[TCP ports of the rule\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[Name of the rule (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[Description of the rule (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-4[IPv4 (the default; with -6, both)]' \
'-6[IPv6]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'(-o --output)--json[The same as -o json]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(merge)
_arguments "${_arguments_options[@]}" : \
'--max-prefixes=[Widen the result to at most N networks with the fewest added addresses, and report how many]:N:_default' \
'-o+[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[TCP ports of the rule\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[Name of the rule (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[Description of the rule (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(subtract)
_arguments "${_arguments_options[@]}" : \
'*--minus=[What to take away (repeatable)]:IN:_default' \
'--max-prefixes=[Widen the result to at most N networks with the fewest added addresses, and report how many]:N:_default' \
'-o+[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[TCP ports of the rule\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[Name of the rule (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[Description of the rule (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(intersect)
_arguments "${_arguments_options[@]}" : \
'*--with=[What the result must also be in (repeatable\: in every one)]:IN:_default' \
'--max-prefixes=[Widen the result to at most N networks with the fewest added addresses, and report how many]:N:_default' \
'-o+[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[TCP ports of the rule\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[Name of the rule (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[Description of the rule (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--port=[From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)]:PORT:_default' \
'-o+[Output format of the answer]:FORMAT:((lines\:"One answer per line"
json\:"One JSON object per line"))' \
'--output=[Output format of the answer]:FORMAT:((lines\:"One answer per line"
json\:"One JSON object per line"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--exit-code[Exit 1 if anything changes, 2 if that is unknown]' \
'(-o --output)--json[The same as -o json\: one object per line]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':old -- The present rules\: addresses, networks, ranges, '\''@FILE'\'' or -:_default' \
':new -- The new rules:_default' \
&& ret=0
;;
(split)
_arguments "${_arguments_options[@]}" : \
'--prefix=[Prefix length of the networks]:N:_default' \
'-o+[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[Output format of the rules]:FORMAT:((lines\:"One network per line"
comma\:"One line, networks separated by commas"
json\:"One JSON object per line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one per line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one per line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of an authorized_keys line"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for the Windows firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, one command per family"
ufw\:"ufw allow, one command per network"
firewalld\:"firewalld rich rules, one command per network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[TCP ports of the rule\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[Name of the rule (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[Description of the rule (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input), of one family:_default' \
&& ret=0
;;
(contains)
_arguments "${_arguments_options[@]}" : \
'*--address=[The addresses to look for\: an address, network or range, '\''@FILE'\'' or - (repeatable); prints those inside]:IP:_default' \
'--port=[From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)]:PORT:_default' \
'-o+[Output format of the answer]:FORMAT:((lines\:"One answer per line"
json\:"One JSON object per line"))' \
'--output=[Output format of the answer]:FORMAT:((lines\:"One answer per line"
json\:"One JSON object per line"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'(-o --output)--json[The same as -o json\: one object per line]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::rules -- The rules\: addresses, networks, ranges, '\''@FILE'\'' or -:_default' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--port=[From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)]:PORT:_default' \
'-o+[Output format of the answer]:FORMAT:((lines\:"One answer per line"
json\:"One JSON object per line"))' \
'--output=[Output format of the answer]:FORMAT:((lines\:"One answer per line"
json\:"One JSON object per line"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'(-o --output)--json[The same as -o json\: one object per line]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'-q[Print no notices, even on a terminal]' \
'--quiet[Print no notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_cidr__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:cidr-help-command-$line[1]:"
        case $line[1] in
            (everywhere)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(me)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(merge)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(subtract)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(intersect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(split)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(contains)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
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

(( $+functions[_cidr_commands] )) ||
_cidr_commands() {
    local commands; commands=(
'everywhere:The rule that lets everyone in' \
'me:The rule for this machine, confirmed by two independent sources' \
'merge:The fewest networks that cover exactly the input' \
'subtract:The addresses of the input that are not in the --minus lists' \
'intersect:The addresses of the input that are also in every --with list' \
'diff:What a change of rules opens and what it closes' \
'split:The input as networks of one prefix length' \
'contains:Whether rules contain addresses\: exit 0 if they contain all, 1 if not, 2 if that is unknown' \
'show:Network, first and last address, and size' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'cidr commands' commands "$@"
}
(( $+functions[_cidr__subcmd__contains_commands] )) ||
_cidr__subcmd__contains_commands() {
    local commands; commands=()
    _describe -t commands 'cidr contains commands' commands "$@"
}
(( $+functions[_cidr__subcmd__diff_commands] )) ||
_cidr__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'cidr diff commands' commands "$@"
}
(( $+functions[_cidr__subcmd__everywhere_commands] )) ||
_cidr__subcmd__everywhere_commands() {
    local commands; commands=()
    _describe -t commands 'cidr everywhere commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help_commands] )) ||
_cidr__subcmd__help_commands() {
    local commands; commands=(
'everywhere:The rule that lets everyone in' \
'me:The rule for this machine, confirmed by two independent sources' \
'merge:The fewest networks that cover exactly the input' \
'subtract:The addresses of the input that are not in the --minus lists' \
'intersect:The addresses of the input that are also in every --with list' \
'diff:What a change of rules opens and what it closes' \
'split:The input as networks of one prefix length' \
'contains:Whether rules contain addresses\: exit 0 if they contain all, 1 if not, 2 if that is unknown' \
'show:Network, first and last address, and size' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'cidr help commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__contains_commands] )) ||
_cidr__subcmd__help__subcmd__contains_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help contains commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__diff_commands] )) ||
_cidr__subcmd__help__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help diff commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__everywhere_commands] )) ||
_cidr__subcmd__help__subcmd__everywhere_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help everywhere commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__help_commands] )) ||
_cidr__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help help commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__intersect_commands] )) ||
_cidr__subcmd__help__subcmd__intersect_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help intersect commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__me_commands] )) ||
_cidr__subcmd__help__subcmd__me_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help me commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__merge_commands] )) ||
_cidr__subcmd__help__subcmd__merge_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help merge commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__show_commands] )) ||
_cidr__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help show commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__split_commands] )) ||
_cidr__subcmd__help__subcmd__split_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help split commands' commands "$@"
}
(( $+functions[_cidr__subcmd__help__subcmd__subtract_commands] )) ||
_cidr__subcmd__help__subcmd__subtract_commands() {
    local commands; commands=()
    _describe -t commands 'cidr help subtract commands' commands "$@"
}
(( $+functions[_cidr__subcmd__intersect_commands] )) ||
_cidr__subcmd__intersect_commands() {
    local commands; commands=()
    _describe -t commands 'cidr intersect commands' commands "$@"
}
(( $+functions[_cidr__subcmd__me_commands] )) ||
_cidr__subcmd__me_commands() {
    local commands; commands=()
    _describe -t commands 'cidr me commands' commands "$@"
}
(( $+functions[_cidr__subcmd__merge_commands] )) ||
_cidr__subcmd__merge_commands() {
    local commands; commands=()
    _describe -t commands 'cidr merge commands' commands "$@"
}
(( $+functions[_cidr__subcmd__show_commands] )) ||
_cidr__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'cidr show commands' commands "$@"
}
(( $+functions[_cidr__subcmd__split_commands] )) ||
_cidr__subcmd__split_commands() {
    local commands; commands=()
    _describe -t commands 'cidr split commands' commands "$@"
}
(( $+functions[_cidr__subcmd__subtract_commands] )) ||
_cidr__subcmd__subtract_commands() {
    local commands; commands=()
    _describe -t commands 'cidr subtract commands' commands "$@"
}

if [ "$funcstack[1]" = "_cidr" ]; then
    _cidr "$@"
else
    compdef _cidr cidr
fi
