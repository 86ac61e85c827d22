//! Lines about a service that has users and hosts of its own: `psql: host=… user=… dbname=…`.

use super::field::Field;

/// What such a line names: in the words before its first value, or as a key.
const SERVICES: [&str; 31] = [
    "psql",
    "postgres",
    "postgresql",
    "mysql",
    "mysqld",
    "mariadb",
    "database",
    "dbname",
    "sslmode",
    "redis",
    "redis-cli",
    "mongo",
    "mongodb",
    "jdbc",
    "odbc",
    "sqlcmd",
    "smtp",
    "imap",
    "ldap",
    "ldaps",
    "ftp",
    "amqp",
    "rabbitmq",
    "kafka",
    "mqtt",
    "vnc",
    "rdp",
    "mstsc",
    "winrm",
    "telnet",
    "influxdb",
];

/// Whether the labelled values of the line are those of another service.
pub(super) fn is_named(text: &str, fields: &[Field<'_>]) -> bool {
    let Some(first) = fields.first() else { return false };
    let is_in_value = |at: usize| fields.iter().any(|field| field.span.contains(&at));
    let mut at = 0;
    text.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).any(|word| {
        let start = at;
        at += word.len();
        let name =
            word.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let is_key = word.ends_with(['=', ':']);
        let counts = start < first.span.start || is_key;
        let is_service = || SERVICES.iter().any(|service| service.eq_ignore_ascii_case(name));
        counts && is_service() && !is_in_value(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognize::field::fields;

    #[test]
    fn services_are_told_from_clusters() {
        for (text, expected) in [
            ("psql: host=203.0.113.7 user=ada dbname=x port=5432", true),
            ("host=203.0.113.7 user=ada dbname=x", true),
            ("Database connection: host=203.0.113.7 user=app", true),
            ("mysql --host=203.0.113.7 --user=app", true),
            ("db host=203.0.113.7 user=ada", false),
            ("mongo-benchmark: host=203.0.113.7 user=ada", false),
            ("host=203.0.113.7 user=ada then start redis", false),
        ] {
            assert_eq!(is_named(text, &fields(text)), expected, "{text}");
        }
    }
}
