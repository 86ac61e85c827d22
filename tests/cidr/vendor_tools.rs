//! Output for platforms, checked with their own programs and libraries.

use harness::home::Home;

const RULES: [&str; 5] = ["merge", "203.0.113.7", "198.51.100.0/24", "2001:db8::/32", "-o"];

/// The rules in a format, for two runs of ports.
fn print(home: &Home, format: &str) -> String {
    let ports = ["--port", "22,8000-8010"];
    home.tool("cidr").args([&RULES[..], &[format], &ports].concat()).run().quiet_success()
}

/// The judge's output for the text on its standard input.
fn judged(home: &Home, judge: &str, text: &str) -> String {
    home.python().args(["-c", judge]).stdin(text).run().quiet_success()
}

#[test]
fn botocore_takes_the_permissions() {
    let home = Home::new();
    let judge = r"
import json, sys, botocore.session, botocore.validate
service = botocore.session.get_session().get_service_model('ec2')
shape = service.operation_model('AuthorizeSecurityGroupIngress').input_shape
call = {'GroupId': 'sg-1', 'IpPermissions': json.load(sys.stdin)}
print(botocore.validate.ParamValidator().validate(call, shape).generate_report())
";
    let permissions = print(&home, "aws");
    assert_eq!(judged(&home, judge, &permissions), "\n");
    let broken = permissions.replace("CidrIp\"", "Cidr\"");
    assert!(judged(&home, judge, &broken).contains("Unknown parameter"));
}

#[test]
fn the_aws_command_line_takes_its_command() {
    let home = Home::new();
    let command = print(&home, "aws-cli").trim_end().to_owned();
    let aws = home.python().args(["-c", "import sys; print(sys.executable)"]).run().quiet_success();
    let aws = aws.trim().replace("/python", "/aws");
    // Checks the parameters without asking a server.
    let line = command.replacen("aws", &aws, 1) + " --generate-cli-skeleton output";
    let run = |line: &str| {
        home.shell(line).env("GROUP_ID", "sg-1").env("AWS_DEFAULT_REGION", "eu-west-1").run()
    };
    assert!(run(&line).quiet_success().contains("SecurityGroupRules"));
    let broken = run(&line.replace("CidrIp=", "Cidr="));
    assert!(broken.stderr().contains("Unknown parameter"), "{}", broken.stderr());
}

#[test]
fn azure_takes_the_rules_as_they_are() {
    let home = Home::new();
    let judge = r"
import json, sys
from azure.mgmt.network.models import SecurityRule
for rule in json.load(sys.stdin):
    read = SecurityRule(rule)
    p = read.properties
    assert read.as_dict() == rule
    print(read.name, p.access.value, p.direction.value, p.priority, p.source_address_prefixes, p.destination_port_ranges)
";
    assert_eq!(
        judged(&home, judge, &print(&home, "azure")),
        "ssh-access-ipv4 Allow Inbound 1000 ['198.51.100.0/24', '203.0.113.7/32'] ['22', '8000-8010']\n\
         ssh-access-ipv6 Allow Inbound 1001 ['2001:db8::/32'] ['22', '8000-8010']\n"
    );
}

/// Azure's own program parses the command line and builds the request, without asking a server.
#[test]
fn the_azure_command_line_takes_its_commands() {
    let home = Home::new();
    let judge = r"
import json, os, sys
from azure.cli.core import get_default_cli
from azure.cli.core.aaz import AAZHttpOperation, _command_ctx
def show(operation):
    print(json.dumps(operation.content, sort_keys=True), flush=True)
    os._exit(0)
_command_ctx.AAZCommandCtx.get_http_client = lambda *_: None
AAZHttpOperation.make_request = show
sys.exit(get_default_cli().invoke(sys.argv[1:]))
";
    let python = home.python().args(["-c", "import sys; print(sys.executable)"]).run();
    let az = format!("az() {{ {} -c \"$JUDGE\" \"$@\"; }}\n", python.quiet_success().trim());
    let run = |commands: &str| {
        let line = home.shell(&(az.clone() + commands)).env("JUDGE", judge);
        line.env("RESOURCE_GROUP", "lab").env("NSG_NAME", "login").run()
    };
    let labels = ["az-cli", "--port", "22,8000-8010", "--description", "Ada (home); *"];
    let commands = home.tool("cidr").args([&RULES[..], &labels].concat()).run().quiet_success();
    let request = |name: &str, priority: u32, sources: &str| {
        format!(
            "{{\"name\": \"ssh-access-{name}\", \"properties\": {{\"access\": \"Allow\", \"description\": \"Ada (home); *\", \
             \"destinationAddressPrefix\": \"*\", \"destinationPortRanges\": [\"22\", \"8000-8010\"], \"direction\": \"Inbound\", \
             \"priority\": {priority}, \"protocol\": \"Tcp\", {sources}, \"sourcePortRange\": \"*\"}}}}\n"
        )
    };
    let ipv4 = r#""sourceAddressPrefixes": ["198.51.100.0/24", "203.0.113.7/32"]"#;
    let ipv6 = r#""sourceAddressPrefix": "2001:db8::/32""#;
    let expected = request("ipv4", 1000, ipv4) + &request("ipv6", 1001, ipv6);
    assert_eq!(run(&commands).stdout(), expected);
    let broken = run(&commands.replace("Inbound", "Inbund"));
    assert!(broken.stderr().contains("'Inbund' is not a valid value"), "{}", broken.stderr());
}

/// What PowerShell would call: the command, then each option and value, one line per command.
#[test]
fn powershells_grammar_reads_the_commands() {
    let home = Home::new();
    let judge = r"
import sys, tree_sitter, tree_sitter_powershell as grammar
parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
def words(node):
    if node.type == 'ERROR' or node.is_missing: yield 'ERROR'
    elif node.type in ('verbatim_string_characters', 'generic_token', 'command_parameter', 'command_name', 'variable') or (not node.children and node.text.strip(b' ,')):
        yield node.text.decode()
    else:
        for child in node.children: yield from words(child)
def commands(node):
    if node.type in ('command', 'ERROR'): print(' | '.join(words(node)))
    else:
        for child in node.children: commands(child)
commands(parser.parse(sys.stdin.buffer.read()).root_node)
";
    assert_eq!(
        judged(&home, judge, &print(&home, "powershell")),
        "New-NetFirewallRule | -Name | 'ssh-access' | -DisplayName | 'ssh-access' | -Direction | Inbound | -Action | Allow | \
         -Protocol | TCP | -LocalPort | '22' | '8000-8010' | -RemoteAddress | '198.51.100.0/24' | '203.0.113.7/32' | '2001:db8::/32'\n"
    );
    let aws = judged(&home, judge, &print(&home, "aws-cli"));
    assert!(
        aws.starts_with(
            "aws | ec2 | authorize-security-group-ingress | --group-id | $GROUP_ID | --ip-permissions | 'IpProtocol=tcp,"
        ),
        "{aws}"
    );
    assert_eq!((aws.lines().count(), aws.split(" | ").count()), (1, 8), "{aws}");
    let az = judged(&home, judge, &print(&home, "az-cli"));
    let ipv6 =
        "--source-address-prefixes | 2001:db8::/32 | --destination-port-ranges | 22 | 8000-8010";
    assert!(az.lines().count() == 2 && az.contains(ipv6) && !az.contains("ERROR"), "{az}");
    let broken = print(&home, "powershell").replace("'22'", "'22");
    assert!(judged(&home, judge, &broken).contains("ERROR"));
}

#[test]
fn google_takes_the_rules() {
    let home = Home::new();
    let judge = r"
import sys
from google.cloud.compute_v1 import Firewall
for line in sys.stdin:
    rule = Firewall.from_json(line)
    print(rule.name, rule.direction, list(rule.source_ranges), list(rule.allowed[0].ports))
";
    assert_eq!(
        judged(&home, judge, &print(&home, "gcp")),
        "ssh-access-ipv4 INGRESS ['198.51.100.0/24', '203.0.113.7/32'] ['22', '8000-8010']\n\
         ssh-access-ipv6 INGRESS ['2001:db8::/32'] ['22', '8000-8010']\n"
    );
}

#[test]
fn terraforms_language_is_read_by_another_parser() {
    let home = Home::new();
    let judge = r#"
import sys, hcl2
for resource in hcl2.load(sys.stdin)["resource"]:
    for kind, named in resource.items():
        for name, it in named.items():
            print(kind.strip('"'), name.strip('"'), it["for_each"], it["from_port"], it["to_port"], sorted(k for k in it if k.startswith("cidr")))
"#;
    assert_eq!(
        judged(&home, judge, &print(&home, "terraform")),
        "aws_vpc_security_group_ingress_rule ssh-access-ipv4-22 ${toset([\"198.51.100.0/24\", \"203.0.113.7/32\"])} 22 22 ['cidr_ipv4']\n\
         aws_vpc_security_group_ingress_rule ssh-access-ipv6-22 ${toset([\"2001:db8::/32\"])} 22 22 ['cidr_ipv6']\n\
         aws_vpc_security_group_ingress_rule ssh-access-ipv4-8000 ${toset([\"198.51.100.0/24\", \"203.0.113.7/32\"])} 8000 8010 ['cidr_ipv4']\n\
         aws_vpc_security_group_ingress_rule ssh-access-ipv6-8000 ${toset([\"2001:db8::/32\"])} 8000 8010 ['cidr_ipv6']\n"
    );
}

#[test]
fn ufw_takes_its_commands() {
    let home = Home::new();
    let dry = print(&home, "ufw").replace("ufw allow", "ufw --dry-run allow");
    let judged = home.shell(&dry).run();
    for rule in [
        "### tuple ### allow tcp 22,8000:8010 0.0.0.0/0 any 198.51.100.0/24 in",
        "### tuple ### allow tcp 22,8000:8010 0.0.0.0/0 any 203.0.113.7 in",
        "### tuple ### allow tcp 22,8000:8010 ::/0 any 2001:db8::/32 in",
    ] {
        assert!(judged.stdout().contains(rule), "{} {}", judged.stdout(), judged.stderr());
    }
}

#[test]
fn firewalld_reads_its_rich_rules() {
    let home = Home::new();
    let judge = r"
import shlex, sys
from firewall.core.rich import Rich_Rule
for line in sys.stdin:
    for word in shlex.split(line):
        if word.startswith('--add-rich-rule='):
            rule = Rich_Rule(rule_str=word.split('=', 1)[1])
            rule.check()
            print(rule)
";
    // Only Debian's own Python has firewalld's library.
    let judged = home.peer("sh").args(["-c", "exec /usr/bin/python3 -c \"$0\"", judge]);
    let judged = judged.stdin(print(&home, "firewalld")).run().quiet_success();
    assert_eq!(
        judged.lines().last(),
        Some(
            r#"rule family="ipv6" source address="2001:db8::/32" port port="8000-8010" protocol="tcp" accept"#
        )
    );
    assert_eq!(judged.lines().count(), 6);
}

#[test]
fn ipset_restores_the_sets_twice() {
    let home = Home::new();
    for rules in [&RULES[1..4], &["0.0.0.0/0", "::/0"]] {
        let print = [&["merge"], rules, &["-o", "ipset", "--name", "lab"]].concat();
        let sets = home.write("sets", home.tool("cidr").args(print).run().quiet_success());
        let twice =
            format!("ipset restore -f {0} && ipset restore -f {0} && ipset list", sets.display());
        let listed =
            home.peer("unshare").args(["--map-root-user", "--net", "sh", "-c", &twice]).run();
        let listed = listed.quiet_success();
        assert!(
            listed.contains("Name: lab-ipv4\n") && listed.contains("Name: lab-ipv6\n"),
            "{listed}"
        );
        assert!(!listed.contains("-new"), "{listed}");
    }
}

#[test]
fn sshd_refuses_everybody_else() {
    let home = Home::new();
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "host"]).run();
    assert_eq!(made.code(), 0);
    let block = home.tool("cidr").args([&RULES[..], &["sshd"]].concat()).run().quiet_success();
    let host = home.path("host");
    let config = home.write("sshd_config", format!("HostKey {}\n{block}", host.display()));
    for (address, is_refused) in [
        ("203.0.113.7", false),
        ("198.51.100.255", false),
        ("2001:db8:1::1", false),
        ("203.0.113.8", true),
        ("2001:db9::1", true),
    ] {
        let connection = format!("addr={address},user=ada,host=client");
        let judged =
            home.peer("sshd").args(["-T", "-f"]).arg(&config).args(["-C", &connection]).run();
        let judged = judged.quiet_success();
        assert_eq!(judged.contains("denyusers *"), is_refused, "{address}");
    }
}
