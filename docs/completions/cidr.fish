# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cidr_global_optspecs
    string join \n color= q/quiet h/help V/version
end

function __fish_cidr_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cidr_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cidr_using_subcommand
    set -l cmd (__fish_cidr_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cidr -n "__fish_cidr_needs_command" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_needs_command" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_needs_command" -s V -l version -d 'Print version'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "everywhere" -d 'The rule that lets everyone in'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "me" -d 'The rule for this machine, confirmed by two independent sources'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "merge" -d 'The fewest networks that cover exactly the input'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "subtract" -d 'The addresses of the input that are not in the --minus lists'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "intersect" -d 'The addresses of the input that are also in every --with list'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "diff" -d 'What a change of rules opens and what it closes'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "split" -d 'The input as networks of one prefix length'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "contains" -d 'Whether rules contain addresses: exit 0 if they contain all, 1 if not, 2 if that is unknown'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "show" -d 'Network, first and last address, and size'
complete -c cidr -n "__fish_cidr_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -s o -l output -d 'Output format of the rules' -r -f -a "lines\t'One network per line'
comma\t'One line, networks separated by commas'
json\t'One JSON object per line: network, family, first, last, addresses'
ranges\t'The fewest first-last ranges, one per line'
aws\t'For aws ec2 authorize-security-group-ingress --ip-permissions'
azure\t'The securityRules of a network security group'
gcp\t'Firewall resources, one per line'
terraform\t'Terraform: aws_vpc_security_group_ingress_rule resources'
nftables\t'A file for nft -f'
authorized-keys\t'The from= option of an authorized_keys line'
json-array\t'One JSON array of networks'
powershell\t'New-NetFirewallRule, for the Windows firewall'
aws-cli\t'An aws ec2 command'
az-cli\t'az network nsg rule create, one command per family'
ufw\t'ufw allow, one command per network'
firewalld\t'firewalld rich rules, one command per network'
ipset\t'Sets for ipset restore'
sshd\t'A Match Address block of sshd_config'"
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -l port -d 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]' -r
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -l name -d 'Name of the rule (azure, gcp, nftables) [default: ssh-access]' -r
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -l description -d 'Description of the rule (aws, azure, gcp, terraform, nftables)' -r
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -s 4 -d 'IPv4 (the default; with -6, both)'
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -s 6 -d 'IPv6'
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -l json -d 'The same as -o json'
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand everywhere" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand me" -l prefix -d 'Widen the rule to the /N network around the address' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l url -d 'Ask this web server, which must answer with just the address (repeatable; replaces the defaults)' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l stun -d 'Ask this STUN server (repeatable; replaces the defaults)' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l proxy -d 'Ask the web servers through this proxy: a URL, or `env` for the proxy named in the environment' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l watch -d 'Print the rule now and whenever my address changes; ask this often (30s, 5m, 1h)' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l address -d 'Ask no server; this is my address' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l timeout -d 'Time limit for each source, in seconds' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l check -d 'Check whether these rules let me in: exit 0 if they do, 1 if not, 2 if that is unknown' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -s o -l output -d 'Output format of the rules' -r -f -a "lines\t'One network per line'
comma\t'One line, networks separated by commas'
json\t'One JSON object per line: network, family, first, last, addresses'
ranges\t'The fewest first-last ranges, one per line'
aws\t'For aws ec2 authorize-security-group-ingress --ip-permissions'
azure\t'The securityRules of a network security group'
gcp\t'Firewall resources, one per line'
terraform\t'Terraform: aws_vpc_security_group_ingress_rule resources'
nftables\t'A file for nft -f'
authorized-keys\t'The from= option of an authorized_keys line'
json-array\t'One JSON array of networks'
powershell\t'New-NetFirewallRule, for the Windows firewall'
aws-cli\t'An aws ec2 command'
az-cli\t'az network nsg rule create, one command per family'
ufw\t'ufw allow, one command per network'
firewalld\t'firewalld rich rules, one command per network'
ipset\t'Sets for ipset restore'
sshd\t'A Match Address block of sshd_config'"
complete -c cidr -n "__fish_cidr_using_subcommand me" -l port -d 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l name -d 'Name of the rule (azure, gcp, nftables) [default: ssh-access]' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l description -d 'Description of the rule (aws, azure, gcp, terraform, nftables)' -r
complete -c cidr -n "__fish_cidr_using_subcommand me" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand me" -s 4 -d 'IPv4 (the default; with -6, both)'
complete -c cidr -n "__fish_cidr_using_subcommand me" -s 6 -d 'IPv6'
complete -c cidr -n "__fish_cidr_using_subcommand me" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand me" -l json -d 'The same as -o json'
complete -c cidr -n "__fish_cidr_using_subcommand me" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand me" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l max-prefixes -d 'Widen the result to at most N networks with the fewest added addresses, and report how many' -r
complete -c cidr -n "__fish_cidr_using_subcommand merge" -s o -l output -d 'Output format of the rules' -r -f -a "lines\t'One network per line'
comma\t'One line, networks separated by commas'
json\t'One JSON object per line: network, family, first, last, addresses'
ranges\t'The fewest first-last ranges, one per line'
aws\t'For aws ec2 authorize-security-group-ingress --ip-permissions'
azure\t'The securityRules of a network security group'
gcp\t'Firewall resources, one per line'
terraform\t'Terraform: aws_vpc_security_group_ingress_rule resources'
nftables\t'A file for nft -f'
authorized-keys\t'The from= option of an authorized_keys line'
json-array\t'One JSON array of networks'
powershell\t'New-NetFirewallRule, for the Windows firewall'
aws-cli\t'An aws ec2 command'
az-cli\t'az network nsg rule create, one command per family'
ufw\t'ufw allow, one command per network'
firewalld\t'firewalld rich rules, one command per network'
ipset\t'Sets for ipset restore'
sshd\t'A Match Address block of sshd_config'"
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l port -d 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]' -r
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l name -d 'Name of the rule (azure, gcp, nftables) [default: ssh-access]' -r
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l description -d 'Description of the rule (aws, azure, gcp, terraform, nftables)' -r
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l allow-empty -d 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)'
complete -c cidr -n "__fish_cidr_using_subcommand merge" -l json -d 'The same as -o json'
complete -c cidr -n "__fish_cidr_using_subcommand merge" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l minus -d 'What to take away (repeatable)' -r
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l max-prefixes -d 'Widen the result to at most N networks with the fewest added addresses, and report how many' -r
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -s o -l output -d 'Output format of the rules' -r -f -a "lines\t'One network per line'
comma\t'One line, networks separated by commas'
json\t'One JSON object per line: network, family, first, last, addresses'
ranges\t'The fewest first-last ranges, one per line'
aws\t'For aws ec2 authorize-security-group-ingress --ip-permissions'
azure\t'The securityRules of a network security group'
gcp\t'Firewall resources, one per line'
terraform\t'Terraform: aws_vpc_security_group_ingress_rule resources'
nftables\t'A file for nft -f'
authorized-keys\t'The from= option of an authorized_keys line'
json-array\t'One JSON array of networks'
powershell\t'New-NetFirewallRule, for the Windows firewall'
aws-cli\t'An aws ec2 command'
az-cli\t'az network nsg rule create, one command per family'
ufw\t'ufw allow, one command per network'
firewalld\t'firewalld rich rules, one command per network'
ipset\t'Sets for ipset restore'
sshd\t'A Match Address block of sshd_config'"
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l port -d 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]' -r
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l name -d 'Name of the rule (azure, gcp, nftables) [default: ssh-access]' -r
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l description -d 'Description of the rule (aws, azure, gcp, terraform, nftables)' -r
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l allow-empty -d 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)'
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -l json -d 'The same as -o json'
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand subtract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l with -d 'What the result must also be in (repeatable: in every one)' -r
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l max-prefixes -d 'Widen the result to at most N networks with the fewest added addresses, and report how many' -r
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -s o -l output -d 'Output format of the rules' -r -f -a "lines\t'One network per line'
comma\t'One line, networks separated by commas'
json\t'One JSON object per line: network, family, first, last, addresses'
ranges\t'The fewest first-last ranges, one per line'
aws\t'For aws ec2 authorize-security-group-ingress --ip-permissions'
azure\t'The securityRules of a network security group'
gcp\t'Firewall resources, one per line'
terraform\t'Terraform: aws_vpc_security_group_ingress_rule resources'
nftables\t'A file for nft -f'
authorized-keys\t'The from= option of an authorized_keys line'
json-array\t'One JSON array of networks'
powershell\t'New-NetFirewallRule, for the Windows firewall'
aws-cli\t'An aws ec2 command'
az-cli\t'az network nsg rule create, one command per family'
ufw\t'ufw allow, one command per network'
firewalld\t'firewalld rich rules, one command per network'
ipset\t'Sets for ipset restore'
sshd\t'A Match Address block of sshd_config'"
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l port -d 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]' -r
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l name -d 'Name of the rule (azure, gcp, nftables) [default: ssh-access]' -r
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l description -d 'Description of the rule (aws, azure, gcp, terraform, nftables)' -r
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l allow-empty -d 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)'
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -l json -d 'The same as -o json'
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand intersect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand diff" -l port -d 'From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)' -r
complete -c cidr -n "__fish_cidr_using_subcommand diff" -s o -l output -d 'Output format of the answer' -r -f -a "lines\t'One answer per line'
json\t'One JSON object per line'"
complete -c cidr -n "__fish_cidr_using_subcommand diff" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand diff" -l exit-code -d 'Exit 1 if anything changes, 2 if that is unknown'
complete -c cidr -n "__fish_cidr_using_subcommand diff" -l json -d 'The same as -o json: one object per line'
complete -c cidr -n "__fish_cidr_using_subcommand diff" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand diff" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand split" -l prefix -d 'Prefix length of the networks' -r
complete -c cidr -n "__fish_cidr_using_subcommand split" -s o -l output -d 'Output format of the rules' -r -f -a "lines\t'One network per line'
comma\t'One line, networks separated by commas'
json\t'One JSON object per line: network, family, first, last, addresses'
ranges\t'The fewest first-last ranges, one per line'
aws\t'For aws ec2 authorize-security-group-ingress --ip-permissions'
azure\t'The securityRules of a network security group'
gcp\t'Firewall resources, one per line'
terraform\t'Terraform: aws_vpc_security_group_ingress_rule resources'
nftables\t'A file for nft -f'
authorized-keys\t'The from= option of an authorized_keys line'
json-array\t'One JSON array of networks'
powershell\t'New-NetFirewallRule, for the Windows firewall'
aws-cli\t'An aws ec2 command'
az-cli\t'az network nsg rule create, one command per family'
ufw\t'ufw allow, one command per network'
firewalld\t'firewalld rich rules, one command per network'
ipset\t'Sets for ipset restore'
sshd\t'A Match Address block of sshd_config'"
complete -c cidr -n "__fish_cidr_using_subcommand split" -l port -d 'TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]' -r
complete -c cidr -n "__fish_cidr_using_subcommand split" -l name -d 'Name of the rule (azure, gcp, nftables) [default: ssh-access]' -r
complete -c cidr -n "__fish_cidr_using_subcommand split" -l description -d 'Description of the rule (aws, azure, gcp, terraform, nftables)' -r
complete -c cidr -n "__fish_cidr_using_subcommand split" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand split" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand split" -l allow-empty -d 'Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)'
complete -c cidr -n "__fish_cidr_using_subcommand split" -l json -d 'The same as -o json'
complete -c cidr -n "__fish_cidr_using_subcommand split" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand split" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand contains" -l address -d 'The addresses to look for: an address, network or range, \'@FILE\' or - (repeatable); prints those inside' -r
complete -c cidr -n "__fish_cidr_using_subcommand contains" -l port -d 'From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)' -r
complete -c cidr -n "__fish_cidr_using_subcommand contains" -s o -l output -d 'Output format of the answer' -r -f -a "lines\t'One answer per line'
json\t'One JSON object per line'"
complete -c cidr -n "__fish_cidr_using_subcommand contains" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand contains" -l json -d 'The same as -o json: one object per line'
complete -c cidr -n "__fish_cidr_using_subcommand contains" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand contains" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand contains" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand show" -l port -d 'From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)' -r
complete -c cidr -n "__fish_cidr_using_subcommand show" -s o -l output -d 'Output format of the answer' -r -f -a "lines\t'One answer per line'
json\t'One JSON object per line'"
complete -c cidr -n "__fish_cidr_using_subcommand show" -l color -d 'Colour on the terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cidr -n "__fish_cidr_using_subcommand show" -l json -d 'The same as -o json: one object per line'
complete -c cidr -n "__fish_cidr_using_subcommand show" -l truncate -d 'Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them'
complete -c cidr -n "__fish_cidr_using_subcommand show" -s q -l quiet -d 'Print no notices, even on a terminal'
complete -c cidr -n "__fish_cidr_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "everywhere" -d 'The rule that lets everyone in'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "me" -d 'The rule for this machine, confirmed by two independent sources'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "merge" -d 'The fewest networks that cover exactly the input'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "subtract" -d 'The addresses of the input that are not in the --minus lists'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "intersect" -d 'The addresses of the input that are also in every --with list'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "diff" -d 'What a change of rules opens and what it closes'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "split" -d 'The input as networks of one prefix length'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "contains" -d 'Whether rules contain addresses: exit 0 if they contain all, 1 if not, 2 if that is unknown'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "show" -d 'Network, first and last address, and size'
complete -c cidr -n "__fish_cidr_using_subcommand help; and not __fish_seen_subcommand_from everywhere me merge subtract intersect diff split contains show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
