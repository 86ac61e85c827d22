//! `cidr me` over TLS, against Python's `ssl` with certificates made by `openssl`.

use std::path::Path;

use harness::home::Home;
use harness::invocation::Running;

const SERVER: &str = r#"
import http.server, ssl, sys
class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"203.0.113.7\n")
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Echo)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"port {server.server_port}.", flush=True)
server.serve_forever()
"#;

/// An authority `ca.pem` and a certificate for this name, signed by it.
fn certificates(home: &Home, name: &str) {
    let line = format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem &&
         openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr &&
         printf 'subjectAltName={name}' > san &&
         openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out server.pem"
    );
    let made = home.shell(&line).run();
    assert_eq!(made.code(), 0, "{}", made.stderr());
}

fn serve(home: &Home) -> (Running, String) {
    let script = home.write("server.py", SERVER);
    let server = home.peer("python3").arg(script).args(["server.pem", "server.key"]).start();
    server.stdout.wait_for(".");
    let text = server.stdout.text();
    let port = text.trim().trim_start_matches("port ").trim_end_matches('.').to_owned();
    (server, format!("https://127.0.0.1:{port}/"))
}

fn ask(home: &Home, urls: [&str; 2], trusted: &Path) -> harness::invocation::Finished {
    home.tool("cidr")
        .args(["me", "--timeout", "30", "--url", urls[0], "--url", urls[1]])
        .env("SSL_CERT_FILE", trusted)
        .run()
}

#[test]
fn certificates_are_checked() {
    let home = Home::new();
    certificates(&home, "IP:127.0.0.1");
    let ((_first, first_url), (_second, second_url)) = (serve(&home), serve(&home));
    let urls = [first_url.as_str(), &second_url];
    assert_eq!(ask(&home, urls, &home.path("ca.pem")).quiet_success(), "203.0.113.7/32\n");

    let stranger = Home::new();
    certificates(&stranger, "IP:127.0.0.1");
    let stderr = ask(&home, urls, &stranger.path("ca.pem")).failure(1);
    assert!(stderr.contains("invalid peer certificate"), "{stderr}");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let home = Home::new();
    certificates(&home, "DNS:ip.example.com");
    let ((_first, first_url), (_second, second_url)) = (serve(&home), serve(&home));
    let stderr = ask(&home, [&first_url, &second_url], &home.path("ca.pem")).failure(1);
    assert!(stderr.contains("not valid for name"), "{stderr}");
}
