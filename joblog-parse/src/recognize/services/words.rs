//! What programs and words say about an address beside them. Add missing words here.

use std::collections::HashSet;
use std::sync::LazyLock;

const INVITING: &str = "accepting access accessible adresse available bound browse browser click connect copy \
    dashboard desktop disponible erreichbar go hosted interface launched link listening live \
    läuft navegador navigate navigateur notebook now open paste point reach reachable ready \
    running scheduler served serves serving started ui up uri url urls view viewer visit \
    webinterface webui öffnen браузере";

const FOREIGN: &str = "amqp apiserver apt artifactory backend bucket callback cannot catalog client clients \
    clone cloning closed collector conda connected connecting consul control coredns cors \
    could curl database db default defaults denied disconnected dns docker documentation \
    download downloaded downloading elasticsearch error etcd example examples executor \
    executors exporter failed failure fetch fetched fetching flexlm former get git gitlab \
    health healthcheck heartbeat imds index indexes influxdb issuer joined joining kafka \
    kubernetes ldap licence license licensing liveness lmgrd mail mariadb memcached metadata \
    minio mirror mirrors mongo mongodb mysql nameserver nanny nccl nexus nfs ntp oidc origin \
    origins peer peers pip placeholder post postgres postgresql probe prometheus proxies \
    proxy pulling pushing put rdzv readiness redirect redirected redirecting redis referer \
    referrer refused registered registering registry rendezvous repo repository request \
    requesting resolver retrying rlm rpc s3 sample slurmctld slurmd smtp squid sshd storage \
    submitting syslog telemetry timeout tracking unable unauthorized unreachable upload \
    uploaded uploading upstream usage using vault wandb webhook wget worker workers \
    zookeeper";

const DENYING: &str = "200 401 403 404 500 502 503 already closed denied error failed missing refused responded \
    returned stopped timed timeout unavailable unknown unreachable";

/// A program with a user interface, its name in the output, and its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name in `--json`.
    pub(super) name: &'static str,
    /// Whether a browser can show it.
    pub(super) is_web: bool,
}

const fn web(name: &'static str) -> Known {
    Known { name, is_web: true }
}

const fn other(name: &'static str) -> Known {
    Known { name, is_web: false }
}

/// The program with this name in lower case.
pub(super) fn known(word: &str) -> Option<Known> {
    let known = match word {
        "jupyter" | "jupyterlab" | "jupyterhub" | "serverapp" | "notebookapp" | "labapp"
        | "notebook" | "ipython" => web("jupyter"),
        "tensorboard" => web("tensorboard"),
        "rstudio" | "rserver" | "rsession" => web("rstudio"),
        "codeserver" | "openvscode" | "vscode" => web("code-server"),
        "matlab" => web("matlab"),
        "mlflow" => web("mlflow"),
        "dask" | "distributed" => web("dask"),
        "spark" | "sparkui" | "masterui" | "masterwebui" | "pyspark" => web("spark"),
        "ray" => web("ray"),
        "streamlit" => web("streamlit"),
        "gradio" => web("gradio"),
        "bokeh" => web("bokeh"),
        "dash" => web("dash"),
        "voila" => web("voila"),
        "marimo" => web("marimo"),
        "pluto" => web("pluto"),
        "zeppelin" => web("zeppelin"),
        "shiny" => web("shiny"),
        "trame" => web("trame"),
        "visdom" => web("visdom"),
        "optuna" => web("optuna"),
        "xpra" => web("xpra"),
        "vllm" => web("vllm"),
        "ollama" => web("ollama"),
        "comfyui" => web("comfyui"),
        "airflow" => web("airflow"),
        "prefect" => web("prefect"),
        "novnc" | "websockify" => web("novnc"),
        "flask" | "uvicorn" | "gunicorn" | "werkzeug" | "webui" => web("web"),
        "paraview" | "pvserver" => other("paraview"),
        "vnc" | "xvnc" | "vncserver" | "tigervnc" | "turbovnc" | "x11vnc" => other("vnc"),
        "ensight" => other("ensight"),
        _ => return None,
    };
    Some(known)
}

/// The last program named; a bare `notebook` counts only if there is no other.
pub(super) fn nearest(words: &[String]) -> Option<Known> {
    let named = |word: &&String| word.as_str() != "notebook";
    let found = words.iter().rev().filter(named).find_map(|word| known(word));
    found.or_else(|| words.iter().find_map(|word| known(word)))
}

/// The words in lower case, without an `example` that is part of a name with dots.
pub(super) fn lower_words(text: &str) -> Vec<String> {
    let mut lower = Vec::new();
    for token in text.split_whitespace().filter(|token| !token.contains('@')) {
        let is_name = token.trim_end_matches('.').contains('.');
        let words = token.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words = words.map(str::to_lowercase);
        lower.extend(words.filter(|word| !(is_name && word == "example")));
    }
    // `code-server` is a single word.
    if text.contains("code-server") || text.contains("code server") {
        lower.push("codeserver".to_owned());
    }
    lower
}

/// The program that listens on this port by default.
pub(super) fn usual_at(port: u16) -> Option<Known> {
    Some(match port {
        4040 => web("spark"),
        5900..=5999 => other("vnc"),
        6006 => web("tensorboard"),
        6080 => web("novnc"),
        7860 => web("gradio"),
        8265 => web("ray"),
        8501 => web("streamlit"),
        8787 => web("rstudio"),
        8888 => web("jupyter"),
        11111 => other("paraview"),
        _ => return None,
    })
}

/// The program whose token has this parameter.
pub(super) fn with_parameter(parameter: &str) -> Option<Known> {
    Some(match parameter {
        "token" => web("jupyter"),
        "tkn" => web("code-server"),
        "mwi_auth_token" | "mwi-auth-token" => web("matlab"),
        _ => return None,
    })
}

type Words = LazyLock<HashSet<&'static str>>;

fn all(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Whether a word before an address invites the reader to open it, or says that something listens
/// there.
pub(super) fn invites(word: &str) -> bool {
    static WORDS: Words = LazyLock::new(|| all(INVITING));
    WORDS.contains(word)
}

/// Whether a word before an address ties it to something else, or to a request of the job.
pub(super) fn is_foreign(word: &str) -> bool {
    static WORDS: Words = LazyLock::new(|| all(FOREIGN));
    WORDS.contains(word)
}

/// Whether a word says that something has ended.
pub(super) fn ends(word: &str) -> bool {
    ["stopped", "stopping", "terminated", "shutdown", "closing", "unbound"].contains(&word)
}

/// Whether a word after an address says that nothing answered there, or reports an answer.
pub(super) fn denies(word: &str) -> bool {
    static WORDS: Words = LazyLock::new(|| all(DENYING));
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand() {
        for word in ["access", "browser", "url", "läuft", "öffnen", "visit", "up"] {
            assert!(invites(word), "{word}");
        }
        assert!(!invites("with"));
        assert!(is_foreign("proxy") && is_foreign("wandb") && !is_foreign("url"));
        assert_eq!(known("visit"), None);
        assert_eq!(known("serverapp").map(|known| known.name), Some("jupyter"));
    }
}
