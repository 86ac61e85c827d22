//! Words for services other than the cluster's login, for visitors, and nouns that only describe
//! another noun.

use super::Cue;

/// Words with their cues, in lower case and without accents. Each stands here once, whichever
/// languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[
    (
        Cue::Foreign,
        "license licence licenses licences licensing licensed lic flex flexlm flexnet lmgrd \
         rlm lm fnp lizenz lizenzserver licencia licenza licentie licencja lisans ライセンス \
         라이선스 许可证 授權 lmstat sentinel proxy proxies squid nat vpn wireguard openvpn \
         ipsec wg wg0 tailscale nameserver nameservers resolver resolv dhcp ntp chrony router \
         firewall netmask cidr whitelist allowlist blacklist blocklist balancer loadbalancer \
         haproxy nginx cdn upstream vpc peering passerelle puerta database databases mysql \
         mysqld postgres postgresql psql mariadb redis redis-cli mongo mongodb sql jdbc odbc \
         dbname sslmode sqlcmd sqlite oracle registry repo repository mirror nfs smb cifs \
         samba lustre gluster beegfs gpfs s3 minio ftp ftps ldap ldaps kerberos radius mount \
         mountpoint datenbank etcd cassandra elasticsearch memcached clickhouse snowflake \
         neo4j lfs vnc tigervnc turbovnc realvnc rdp mstsc xrdp nomachine nx dcv guacamole \
         x11 spice telnet winrm rlogin kvm ipmi bmc idrac ilo mpirun mpiexec slots mail smtp \
         imap email e-mail mailto webhook mqtt broker amqp rabbitmq kafka zookeeper influxdb \
         grafana prometheus kibana jupyter tensorboard paraview pvserver syslog syslogd \
         rsyslog fluentd logstash graylog splunk github gitlab svn slurmctld slurmdbd zabbix \
         nagios icinga ganglia printer tracker dask ray spark mlflow wandb statsd collectd \
         telegraf opc-ua opcua modbus sensor camera ident master_addr master_port nccl \
         torchrun world_size rendezvous barman pgbackrest restic borg fileserver dateiserver \
         fileservers timeserver zeitserver mailserver mailrelais mandataire jetons \
         token-server lizenzmanager lizenzhost fichiers ficheros archivos lizenzen licencji \
         licencje licencias datenbanken plikow souboru dosya ファイルサーバー 文件服务器 \
         파일서버 файловый прокси лицензий лицензии почты zfs rclone wget curl connector \
         exporter importer uploader downloader fetcher proxied tunneling rdesktop replication \
         replica standby webdav dav kdc tacacs sso oauth saml idp pgbouncer solr rabbit nexus \
         artifactory harbor jenkins sonarqube vault consul tftp pxe dhcpd bind9 unbound relay \
         mailer postfix dovecot exim asterisk sip ipp cups whitelisted allowlisted \
         blacklisted blocklisted pid rank ranks irods iget iput globus kubectl \
         rpc applicationmaster resourcemanager nodemanager namenode datanode jobmanager taskmanager \
         depotserver ablageserver abgabeserver vpnc openconnect s3cmd boto boto3 rdzv torchelastic c10d batchhost batch_host exec_host exechost execution_host",
    ),
    (
        Cue::Other,
        "sacct squeue scontrol qstat bjobs qacct deploy artifact artifacts allowed api backup bind broadcast bucket cache console contact \
         daemon dashboard db deny display docker filesystem git helpdesk http https listen \
         listening monitor monitoring reverse portal rest rule rules share storage subnet \
         supplier switch ui url vendor hersteller lieferant partner web website webui worker workers",
    ),
    (
        Cue::From,
        "from by srcip sourceip sourceipaddress src source client clients peer caller origin visitor viewer requester reader \
         previous former old von depuis desde vanaf remoteaddr remoteip clientip remotehost \
         forwarded remote_addr remote_ip remote_host client_ip remote-addr 客户端 客戶端 \
         接続元 klienta klient clientes cliente zdalny откуда клиента клиент iz source_ip \
         src_ip src_addr clientaddr client-ip 来源 來源 发送方 발신 접속지 kunden-ip istemci \
         kaynak origen origine herkunft quelle procedencia orig_h browser navegador navigateur navigatore prohlizec x-user x-forwarded-for x-real-ip x-forwarded-user",
    ),
    (
        Cue::Version,
        "version versions ver release build built revision rev solver mpi openmpi compiler \
         gcc kernel driver cuda library lib firmware toolkit patch sdk versie wersja verze \
         surum バージョン 버전 版本",
    ),
    (
        Cue::Key,
        "ssh-rsa ssh-ed25519 ssh-dss ed25519 rsa ecdsa ecdsa-sha2-nistp256 \
         ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 principal key keys fingerprint fingerprints \
         hostkey schlussel schluessel clave chiave sleutel klucz klic pubkey keyfile authorized_keys \
         known_hosts identityfile hostkeyalias identity identities",
    ),
    (
        Cue::Compound,
        "network time times interface interfaces defined agent agents data mode story stories \
         group groups guide manual function functions limit limits quota count home directory \
         dir environment space code password passwords passwort passphrase token tokens file \
         files list lists right rights role permission permissions policy level process \
         processes subroutine specified supplied message messages tag tags material elements \
         input output field fields parameters parameter settings preferences profile page \
         config configuration namespace forum fault passe contrasena wachtwoord haslo heslo \
         sifre パスワード 비밀번호 密码 密碼 script scripts image images model routine \
         include information informationen informazioni cpu comment comments support",
    ),
];
