//! What a remote host may do over a forwarded channel, tested without an agent.

use tokio::io::{DuplexStream, duplex};

use super::*;

async fn exchange(client: &mut DuplexStream, request: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    message::put_string(&mut frame, request);
    client.write_all(&frame).await.unwrap();
    let mut answer = vec![0; client.read_u32().await.unwrap() as usize];
    client.read_exact(&mut answer).await.unwrap();
    answer
}

#[test]
fn requests_are_told_apart() {
    let mut bind = vec![EXTENSION];
    message::put_string(&mut bind, SESSION_BIND);
    let mut other = vec![EXTENSION];
    message::put_string(&mut other, b"query");
    let sign = message::sign_request(b"blob", b"data", None);
    let cases: [(&[u8], Request<'_>); 8] = [
        (&[REQUEST_IDENTITIES], Request::List),
        (&sign, Request::Sign { blob: b"blob" }),
        (&[SIGN_REQUEST, 0, 0], Request::Other),
        (&bind, Request::Bind),
        (&other, Request::Other),
        (&[17], Request::Other),
        (&[19], Request::Other),
        (&[], Request::Other),
    ];
    for (message, expected) in cases {
        assert_eq!(Request::read(message), expected, "{message:?}");
    }
}

#[tokio::test]
async fn without_an_agent_nothing_is_listed_and_everything_refused() {
    let (mut client, channel) = duplex(1024);
    let served =
        tokio::spawn(
            async move { relay(channel, &Choice::None, None, RelayPolicy::Everything).await },
        );
    assert_eq!(exchange(&mut client, &[REQUEST_IDENTITIES]).await, [12, 0, 0, 0, 0]);
    let sign = message::sign_request(b"blob", b"data", None);
    assert_eq!(exchange(&mut client, &sign).await, [FAILURE]);
    assert_eq!(exchange(&mut client, &[19]).await, [FAILURE]);
    drop(client);
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn clients_that_do_not_speak_the_agent_protocol_are_cut_off() {
    for bytes in [&[0xFF, 0xFF, 0xFF, 0xFF][..], &[0, 0, 0, 0], &[0, 0, 0, 9, 1]] {
        let (mut client, channel) = duplex(1024);
        client.write_all(bytes).await.unwrap();
        client.shutdown().await.unwrap();
        assert!(relay(channel, &Choice::None, None, RelayPolicy::ListAndSign).await.is_err());
    }
}

#[tokio::test]
async fn the_channel_is_drained_while_the_agent_thinks_but_not_without_end() {
    let (mut client, channel) = duplex(64 * 1024);
    let (reader, writer) = split(channel);
    let mut requests = Requests { reader, ahead: Vec::new(), ended: false };
    let flood = tokio::spawn(async move { while client.write_all(&[1; 4096]).await.is_ok() {} });
    assert!(requests.while_waiting(std::future::pending::<()>()).await.is_err());
    drop(requests);
    drop(writer);
    flood.await.unwrap();
}
