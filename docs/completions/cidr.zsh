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
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
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
'-o+[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[The TCP ports that the rule is about\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[What the rule is called (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[What the rule is for (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-4[IPv4 (the default; with -6, both)]' \
'-6[IPv6]' \
'(-o --output)--json[The same as -o json]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(me)
_arguments "${_arguments_options[@]}" : \
'--prefix=[Widen the rule to a network of N bits around the address]:N:_default' \
'*--url=[Ask this web server, whose whole answer is the address (repeatable; replaces the defaults)]:URL:_default' \
'*--stun=[Ask this STUN server (repeatable; replaces the defaults)]:HOST:PORT:_default' \
'(--stun --address)--proxy=[Ask the web servers through this proxy\: a URL, or \`env\` for the environment'\''s]:URL:_default' \
'(--check --address)--watch=[Print the rule now and whenever my address changes, which is asked this often (30s, 5m, 1h)]:DURATION:_default' \
'(--url --stun -4 -6)--address=[Ask no server\: this is my address]:IP:_default' \
'--timeout=[How long a source may take, in seconds]:SECONDS:_default' \
'*--check=[Say whether these rules let me in\: exit 0 if they do, 1 if not, 2 if that cannot be told]:RULE:_default' \
'-o+[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[The TCP ports that the rule is about\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[What the rule is called (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[What the rule is for (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'-4[IPv4 (the default; with -6, both)]' \
'-6[IPv6]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'(-o --output)--json[The same as -o json]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(merge)
_arguments "${_arguments_options[@]}" : \
'--max-prefixes=[Widen the result to at most N networks, adding the fewest addresses, and say how many]:N:_default' \
'-o+[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[The TCP ports that the rule is about\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[What the rule is called (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[What the rule is for (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(subtract)
_arguments "${_arguments_options[@]}" : \
'*--minus=[What to take away (repeatable)]:IN:_default' \
'--max-prefixes=[Widen the result to at most N networks, adding the fewest addresses, and say how many]:N:_default' \
'-o+[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[The TCP ports that the rule is about\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[What the rule is called (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[What the rule is for (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(intersect)
_arguments "${_arguments_options[@]}" : \
'*--with=[What the result must also be in (repeatable\: in every one)]:IN:_default' \
'--max-prefixes=[Widen the result to at most N networks, adding the fewest addresses, and say how many]:N:_default' \
'-o+[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[The TCP ports that the rule is about\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[What the rule is called (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[What the rule is for (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input):_default' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--port=[Of rules that name ports\: only what they let in to these (22, 22,2222 or 8000-8010)]:PORT:_default' \
'-o+[How to print the answer\: an object a line with json]:FORMAT:((lines\:"One answer a line"
json\:"One object a line"))' \
'--output=[How to print the answer\: an object a line with json]:FORMAT:((lines\:"One answer a line"
json\:"One object a line"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--exit-code[Exit 1 if anything changes, 2 if that cannot be told]' \
'(-o --output)--json[The same as -o json\: an object a line]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':old -- The rules as they are\: addresses, networks, ranges, '\''@FILE'\'' or -:_default' \
':new -- The rules as they are to be:_default' \
&& ret=0
;;
(split)
_arguments "${_arguments_options[@]}" : \
'--prefix=[The prefix length that all networks are to have]:N:_default' \
'-o+[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--output=[How to print the rules]:FORMAT:((lines\:"One network a line"
comma\:"One line, networks separated by commas"
json\:"One object a line\: network, family, first, last, addresses"
ranges\:"The fewest first-last ranges, one a line"
aws\:"For aws ec2 authorize-security-group-ingress --ip-permissions"
azure\:"The securityRules of a network security group"
gcp\:"Firewall resources, one a line"
terraform\:"Terraform\: aws_vpc_security_group_ingress_rule resources"
nftables\:"A file for nft -f"
authorized-keys\:"The from= option of a line of authorized_keys"
json-array\:"One JSON array of networks"
powershell\:"New-NetFirewallRule, for Windows'\'' firewall"
aws-cli\:"An aws ec2 command"
az-cli\:"az network nsg rule create, a command for each family"
ufw\:"ufw allow, a command for each network"
firewalld\:"Rich rules of firewalld, a command for each network"
ipset\:"Sets for ipset restore"
sshd\:"A Match Address block of sshd_config"))' \
'--port=[The TCP ports that the rule is about\: 22, 22,2222 or 8000-8010 \[default\: those of the rules read, or 22\]]:PORT:_default' \
'--name=[What the rule is called (azure, gcp, nftables) \[default\: ssh-access\]]:NAME:_default' \
'--description=[What the rule is for (aws, azure, gcp, terraform, nftables)]:TEXT:_default' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'--allow-empty[Accept an empty result\: print nothing and exit 0 (lines, comma, json, ranges)]' \
'(-o --output)--json[The same as -o json]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::inputs -- Addresses, networks, ranges, '\''@FILE'\'' or - (default\: standard input), of one family:_default' \
&& ret=0
;;
(contains)
_arguments "${_arguments_options[@]}" : \
'*--address=[What to look for\: an address, network or range, '\''@FILE'\'' or - (repeatable); those inside are printed]:IP:_default' \
'--port=[Of rules that name ports\: only what they let in to these (22, 22,2222 or 8000-8010)]:PORT:_default' \
'-o+[How to print the answer\: an object a line with json]:FORMAT:((lines\:"One answer a line"
json\:"One object a line"))' \
'--output=[How to print the answer\: an object a line with json]:FORMAT:((lines\:"One answer a line"
json\:"One object a line"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'(-o --output)--json[The same as -o json\: an object a line]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::rules -- The rules\: addresses, networks, ranges, '\''@FILE'\'' or -:_default' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--port=[Of rules that name ports\: only what they let in to these (22, 22,2222 or 8000-8010)]:PORT:_default' \
'-o+[How to print the answer\: an object a line with json]:FORMAT:((lines\:"One answer a line"
json\:"One object a line"))' \
'--output=[How to print the answer\: an object a line with json]:FORMAT:((lines\:"One answer a line"
json\:"One object a line"))' \
'--color=[Colour on the terminal]:WHEN:(auto always never)' \
'(-o --output)--json[The same as -o json\: an object a line]' \
'--truncate[Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them]' \
'-q[No notices, even on a terminal]' \
'--quiet[No notices, even on a terminal]' \
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
'everywhere:The rule that lets everybody in' \
'me:The rule for this machine, as two independent sources see it' \
'merge:The fewest networks for all addresses of the input' \
'subtract:The addresses of the input that are in none of the others' \
'intersect:The addresses of the input that are also in all of the others' \
'diff:What a change of rules would open and what it would close' \
'split:The networks of one size that the input consists of' \
'contains:Whether addresses are inside rules\: exit 0 if all are, 1 if not, 2 if that cannot be told' \
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
'everywhere:The rule that lets everybody in' \
'me:The rule for this machine, as two independent sources see it' \
'merge:The fewest networks for all addresses of the input' \
'subtract:The addresses of the input that are in none of the others' \
'intersect:The addresses of the input that are also in all of the others' \
'diff:What a change of rules would open and what it would close' \
'split:The networks of one size that the input consists of' \
'contains:Whether addresses are inside rules\: exit 0 if all are, 1 if not, 2 if that cannot be told' \
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
