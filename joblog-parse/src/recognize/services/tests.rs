use super::*;

/// What the lines announce: `name host:port/path token`, and `-host:port` for services that ended.
fn read(log: &str) -> Vec<String> {
    let mut services = Services::default();
    let lines = (1..).zip(log.lines()).flat_map(|(number, text)| services.read(number, text));
    let shown = lines.map(|said| match said {
        Announcement::Announced(service, near) => {
            let token = service.token.as_ref();
            let token = token.and_then(|it| it.reveal(|_, value| format!(" {value}")));
            let near = near.map(|near| format!(" near {near}")).unwrap_or_default();
            let page = if service.is_web() { service.path.as_str() } else { "" };
            let place = service.place();
            format!("{} {place}{page}{}{near}", service.name, token.unwrap_or_default())
        }
        Announcement::Gone(site, port) => format!("-{site}:{port}"),
    });
    shown.collect()
}

#[test]
fn programs_announce_themselves_in_their_own_words() {
    for (log, expected) in [
        (
            "[I 2026-11-22 12:00:01.123 ServerApp] Jupyter Server 2.14.2 is running at:\n\
             [I 2026-11-22 12:00:01.123 ServerApp] http://node07:8888/lab?token=0123abcd\n\
             [I 2026-11-22 12:00:01.123 ServerApp]     http://127.0.0.1:8888/lab?token=0123abcd",
            &["jupyter node07:8888/lab 0123abcd", "jupyter 127.0.0.1:8888/lab 0123abcd"][..],
        ),
        (
            "    Or copy and paste one of these URLs:\n        http://node07:8888/?token=ab12\n     or http://127.0.0.1:8888/?token=ab12",
            &["jupyter node07:8888/ ab12", "jupyter 127.0.0.1:8888/ ab12"],
        ),
        (
            "TensorBoard 2.15.1 at http://node07:6006/ (Press CTRL+C to quit)",
            &["tensorboard node07:6006/"],
        ),
        ("Accepting connection(s): node07:11111", &["paraview node07:11111"]),
        (
            "Waiting for client...\nConnection URL: cs://node07:11111\nAccepting connection(s): node07:11111",
            &["paraview node07:11111", "paraview node07:11111"],
        ),
        ("Desktop 'TurboVNC: node07:1 (ada)' started on display node07:1", &["vnc node07:5901"]),
        ("New 'node07:2 (ada)' desktop is node07:2", &["vnc node07:5902"]),
        (
            "distributed.scheduler - INFO -   Scheduler at:     tcp://10.1.2.3:8786\n\
             distributed.scheduler - INFO -   dashboard at:  http://10.1.2.3:8787/status",
            &["dask 10.1.2.3:8786", "dask 10.1.2.3:8787/status"],
        ),
        (
            "26/11/22 12:00:00 INFO SparkUI: Bound SparkUI to 0.0.0.0, and started at http://node07:4040",
            &["spark node07:4040/"],
        ),
        ("INFO Master: Starting Spark master at spark://node07:7077", &["spark node07:7077"]),
        ("Successfully started service 'SparkUI' on port 4040.", &["spark localhost:4040/"]),
        (
            "MLflow UI: [2026-11-22 12:00:00 +0000] [123] [INFO] Listening at: http://127.0.0.1:5000 (123)",
            &["mlflow 127.0.0.1:5000/"],
        ),
        (" * Running on http://127.0.0.1:5000/ (Press CTRL+C to quit)", &["web 127.0.0.1:5000/"]),
        (
            "INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)",
            &["web localhost:8000/"],
        ),
        ("Running on local URL:  http://127.0.0.1:7860", &["gradio 127.0.0.1:7860/"]),
        (
            "  You can now view your Streamlit app in your browser.\n\n  Local URL: http://localhost:8501\n  Network URL: http://10.0.0.5:8501",
            &["streamlit localhost:8501/", "streamlit 10.0.0.5:8501/"],
        ),
        (
            "2026-11-22 INFO worker.py:1743 -- Started a local Ray instance.\nView the dashboard at 127.0.0.1:8265",
            &["ray 127.0.0.1:8265/"],
        ),
        (
            "[2026-11-22T12:00:00.000Z] info  code-server: HTTP server listening on http://127.0.0.1:8080/",
            &["code-server 127.0.0.1:8080/"],
        ),
        (
            "Web UI available at http://localhost:8000/?tkn=ab-12",
            &["code-server localhost:8000/ ab-12"],
        ),
        (
            "Access MATLAB at:\nhttp://node07:40123/index.html?mwi-auth-token=xY_9",
            &["matlab node07:40123/index.html xY_9"],
        ),
        (
            "Navigate to this URL:\n    http://node07:6080/vnc.html?host=node07&port=6080",
            &["novnc node07:6080/vnc.html?host=node07&port=6080"],
        ),
        (
            "1. SSH tunnel from your workstation using the following command:\n   ssh -N -L 8787:node07:8787 ada@login.example.edu\n   and point your web browser to http://localhost:8787",
            &["rstudio node07:8787/ near 8787", "rstudio localhost:8787/"],
        ),
        ("RStudio Server is running on port 8787 of node07.", &["rstudio node07:8787/"]),
        ("JupyterLab is listening on node07 port 8889", &["jupyter node07:8889/"]),
        ("Das Notebook läuft auf http://gpu-3:8890/tree", &["jupyter gpu-3:8890/tree"]),
        (
            "Ouvrez http://node07:8888/lab dans votre navigateur Jupyter :",
            &["jupyter node07:8888/lab"],
        ),
        (
            r#"{"url": "http://node07:8888/", "token": "x", "name": "jupyter"}"#,
            &["jupyter node07:8888/"],
        ),
        ("INFO SparkUI: Stopped Spark web UI at http://node07:4040", &["-node07:4040"]),
        (
            "Jupyter: http://node07.cluster.example.edu:8888/lab?token=ab12",
            &["jupyter node07.cluster.example.edu:8888/lab ab12"],
        ),
    ] {
        assert_eq!(read(log), expected, "{log}");
    }
}

#[test]
fn what_is_not_the_jobs_is_not_announced() {
    for log in [
        "https_proxy=http://proxy.corp:3128",
        "Using proxy http://10.0.0.1:3128",
        "Looking in indexes: http://mirror.local:8081/simple",
        "Downloading http://nexus:8081/repository/numpy-2.0.whl (19 MB)",
        "Cloning into http://gitlab.local:8080/x/y.git",
        "Documentation: https://docs.example.com/user/guide",
        "https://github.com/jupyter/notebook is where the source is",
        "View run at https://wandb.ai/team/run/1",
        "wandb: View run at http://wandb.corp:8080/team/run/1",
        "Console: https://eu-west-1.console.aws.amazon.com/ec2/home",
        "MLflow tracking URI: http://mlflow.corp:5000",
        "Connecting to license server http://lic01:8090",
        "license server 27000@lic01, daemon on lic01:27001",
        "GET http://10.0.0.5:8080/healthz 200",
        "Health check of http://localhost:8080/ passed",
        "curl http://localhost:8888/api",
        "+ curl http://localhost:8888/lab",
        "distributed.nanny - INFO -         Start Nanny at: 'tcp://10.0.0.6:40001'",
        "distributed.worker - INFO -          dashboard at:          10.0.0.6:37263",
        "distributed.scheduler - INFO - Register worker addr: tcp://10.0.0.6:40001",
        "init_method=tcp://10.0.0.5:29500 rank=0",
        "MASTER_ADDR=10.0.0.5:29500",
        "Kubernetes control plane is running at https://10.0.0.1:6443",
        "ConnectionError: HTTPConnectionPool(host='localhost', port=8888): refused",
        "requests failed: http://node07:8888/lab returned 503",
        "e.g. http://localhost:8888/lab",
        "For example, open http://localhost:8888/lab",
        "Usage: ssh -N -L 8888:node07:8888 user@login",
        "+ ssh -N -L 5432:db:5432 bastion",
        "http://node07:3000",
        "CORS origins allowed: http://localhost:3000",
        "Redirecting to http://localhost:8888/login?next=%2F",
        "sshd[12]: Server listening on 0.0.0.0 port 2222.",
        "Debugger listening on 127.0.0.1:45671",
        "postgres is listening on node07:5432",
        "Jupyter: the port 8888 is already in use, trying another port.",
        "Starting JupyterLab on port 8888",
        "+ jupyter lab --no-browser --port=8888",
        "jupyter lab --no-browser --port 8888",
        "Jupyter at http://169.254.169.254:8888/lab?token=ab",
        "Jupyter at http://localhost:8888@evil.example/lab?token=ab",
        "Jupyter at http://node07:22/lab?token=ab",
        "Jupyter at http://-oProxyCommand=id:8888/lab?token=ab",
        "Open javascript://node07:8888/%0aalert(1) in your browser",
        "Jupyter at http://node07:8888//evil.example/lab?token=ab",
        "Jupyter at http://node07:8888/lab?token=a\u{1}b",
    ] {
        assert_eq!(read(log), [""; 0], "{log}");
    }
}

#[test]
fn a_line_of_addresses_is_read_in_time() {
    let line = "open http://a1:8888/?token=x ".repeat(2000);
    let start = std::time::Instant::now();
    assert_eq!(read(&line).len(), MOST_IN_A_LINE);
    read(&"http://a1:8888 12:3456 a://b:".repeat(2000));
    read(&"ssh -L 1:a:2".repeat(4000));
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}
