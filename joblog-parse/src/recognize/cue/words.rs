//! The vocabulary: the cue of each word, in lower case and without accents.

use super::Cue;

/// Words by their cue. Each word appears once, even if several languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[
    (Cue::UserName, ENGLISH_USER_NAMES),
    (Cue::UserName, FOREIGN_USER_NAMES),
    (
        Cue::User,
        "user usr utilisateur usuario utente usuaria utilizador gebruiker uzytkownik uzytkownika \
        uzytkownikiem uzivatel uzivatele uzivatelem uzivatelske uzivatelsky kullanici kullanicisiyla kullanicisi benutzer nutzer anwender \
        ユーザー ユーザ 利用者 사용자 사용자의 用户 用戶 使用者 帐户 賬戶",
    ),
    (
        Cue::Account,
        "kennung credentials account acct konto kontos compte cuenta conta hesap accountnaam rekening identifiant \
        アカウント 계정 账号 帳號 账户 帐号 帳戶 賬號",
    ),
    (
        Cue::Login,
        "anmeldung sign-in log-in sign-on log-on login logon signin anmelde     inlog   \
          giris ログイン 로그인 접속 登录 登錄 登陆 登入",
    ),
    (
        Cue::Name,
        "name names named called nom nombre nome naam nazwa jmeno adi isim bezeichnung 名 名前 이름 名称 \
        名稱 名字",
    ),
    (Cue::Id, "id ids identifier number no nr num nummer numero numer cislo"),
    (
        Cue::Host,
        "ip ips ipv4 ipv6 address addresses addr host hostname hostnames dns dnsname fqdn ipaddress ipaddr \
        eip endpoint destination target adresse adressen direccion indirizzo endereco \
        adres adresine adresu adresem adresa adresy adresi rechnername rechneradresse hote anfitrion hostnaam ziel destino \
        destinazione アドレス 住所 ホスト ホスト名 接続先 주소 호스트 호스트명 地址 位址 主机 主機 主机名 主機名 域名 网址",
    ),
    (
        Cue::Machine,
        "node gateway nodes server servers machine machines headnode vm vms instance instances frontend computer pc \
        workstation container pod droplet box masternode loginnode system systems site resource nodo noeud noeuds noed \
        knoten knotens serveur servidor maquina macchina ordinateur rechner maschine knooppunt wezel wezla uzel uzlu \
        dugum dugumu sunucu stroj maszyna maszyny serwer serwera serveru serverin ノード サーバー サーバ マシン インスタンス 노드 \
        서버 인스턴스 节点 節點 服务器 伺服器 实例 執行個體 机器",
    ),
    (
        Cue::Main,
        "master head front controller primary main entry maitre maestro hauptknoten kopf \
        haupt nadrzedny glowny glownego hlavni hoofd hlavniho frontale マスター ヘッド 主 마스터 헤드 主节点 主節點 头",
    ),
    (Cue::Compute, "compute rechenknoten calcul calculo"),
    (
        Cue::Public,
        "public external floating elastic outside internet wan publique publico publica pubblico pubblica \
        offentliche offentlichen offentlicher offentlich externe externa esterno esterna openbaar openbare publiek \
        publieke publiczny publicznego publicznym verejna verejne verejnou verejny genel acik extern パブリック 公開 グローバル \
        外部 공인 공개 퍼블릭 公网 公用 公共 公有 公 外网 外",
    ),
    (
        Cue::Private,
        "private internal local intranet lan privee prive interne privada privado interna interno privata \
        privato privat intern interner prywatny wewnetrzny soukroma ozel dahili プライベート 内部 사설 내부 私有 私网 内网 內部",
    ),
    (
        Cue::Port,
        "noktasi anschluss port ports puerto porta poort portu ポート ポート番号 포트 端口 連接埠 埠 通信埠",
    ),
    (Cue::Connect, ENGLISH_CONNECT),
    (
        Cue::Connect,
        "erreichen baglanabilirsiniz baglanabilir verbinden verbinde verbindung einloggen anmelden melden erreichbar connectez connecter \
        conectar conectese conecte connettersi connetti conecta verbind verbinding inloggen polacz zaloguj pripojte \
        pripojeni prihlaste baglanin baglan baglanti joignable alcanzable raggiungibile bereikbaar dostepny zugang \
        acceder accedi acceda 接続 接続する 연결 连接 連線 連接",
    ),
    (
        Cue::Ssh,
        "shell mosh terminal sshd secure-shell konsole ssh scp sftp putty plink winscp mobaxterm openssh secureshell kitty bitvise",
    ),
    (Cue::Log, "log sign"),
    (
        Cue::Is,
        "is are be will lautet ist sind est sera sont es son e sono jest sa je jsou olacak becomes equals \
        reads means wird は が 은 는 이 가 为 為 是",
    ),
    (
        Cue::At,
        "through via sull sulla nell nella alla over on at in to into onto under @ auf bei unter im sur a au aux en al su nel op aan na w do te ve v ke \
        uzerinde にて に で へ 에서 에 로 으로 在 到 至 于",
    ),
    (Cue::As, "as als comme como come jako olarak として 로서 以 作为 作為"),
    (Cue::With, "with using use mit avec con com met z ze se ile を使用 使用 通过 透過"),
    (
        Cue::Of,
        "of for du des de del della dello dell da dos das van voor fur pour para per dla pro icin の 的 의 \
        der dem den die l d",
    ),
    (Cue::And, "and or und oder et ou y o ed oraz i と および 및 和 或 与 與"),
    (
        Cue::Your,
        "your my mein dein ihr ihre ihren votre tu vostro tuo uw jouw twoj vas vase あなた 您 你",
    ),
    (Cue::Function, ENGLISH_FUNCTION),
    (
        Cue::Function,
        "diesen dieser diese dieses cette ce cet este esta questo questa deze dit tego tento tato bu この です ます \
        ください 請 请 그 입니다 le la les el los las il lo gli un une una uno ein eine einen het een sie sich",
    ),
    (
        Cue::From,
        "from by src source client clients peer caller origin visitor viewer requester reader previous former old \
        von depuis desde vanaf remoteaddr remoteip clientip remotehost forwarded remote_addr remote_ip remote_host client_ip remote-addr",
    ),
    (Cue::Foreign, FOREIGN_LICENCES),
    (Cue::Foreign, FOREIGN_NETWORK),
    (Cue::Foreign, FOREIGN_DATA),
    (Cue::Foreign, FOREIGN_SCREENS),
    (Cue::Foreign, FOREIGN_OTHERS),
    (Cue::Other, OTHERS),
    (Cue::Event, EVENTS),
    (
        Cue::EventKey,
        "event action actor activity operation verb method useragent referer referrer eventtype",
    ),
    (Cue::Action, ACTIONS),
    (Cue::Failure, FAILURES),
    (
        Cue::Example,
        " example examples usage eg e.g e.g. sample placeholder template dummy synopsis beispiel exemple \
        ejemplo esempio exemplo voorbeeld przyklad priklad ornek zb documentation docs readme tutorial hypothetical syntax",
    ),
    (
        Cue::Gone,
        "destroyed deleted removed cancelled canceled preempted terminated unreachable gone released reclaimed \
        deallocated evicted wiped destruido destruida destruidos encerrado encerrada desligado desligada cancelado cancelada cancelados apagado apagada apagados spento spenta cancellato cancellata cancellati arrete arretee resilie abgeschaltet abgebaut zuruckgegeben opgeheven uitgeschakeld zatrzymano wylaczono zrusen zrusena zrusilo vypnut sonlandirildi kapatildi silinmistir 종료되어 종료되었습니다 반납되었습니다 반납되었 반납 삭제되었 停止しました 削除されました 返却 已关机 已回收 已销毁 已停止 回收 销毁 geloscht beendet zerstort supprime supprimee detruit detruite eliminado eliminada eliminato \
        distrutto verwijderd removida removido rimossa rimosso entfernt usuniety usunieta smazan silindi kaldirildi 削除 삭제됨 已删除 已释放",
    ),
    (Cue::Look, "look looks something anything"),
    (Cue::Like, "like"),
    (
        Cue::Version,
        "version versions ver release build built revision rev solver mpi openmpi compiler gcc kernel driver cuda \
        library lib firmware toolkit patch sdk versie wersja verze surum バージョン 버전 版本",
    ),
    (
        Cue::Conditional,
        "if when unless until once whenever before wenn falls si cuando jesli kdyz ",
    ),
    (Cue::Ready, ENGLISH_READY),
    (
        Cue::Job,
        "job jobs jobid jobname auftrag tache trabajo lavoro taak zadanie zadania uloha ulohy ジョブ 작업 作业 作業 任务",
    ),
    (
        Cue::Cluster,
        "cluster clusters clusterid clustername grappe クラスタ クラスター 클러스터 集群 叢集",
    ),
    (
        Cue::Key,
        "ssh-rsa ssh-ed25519 ssh-dss ed25519 rsa ecdsa ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 principal key keys fingerprint fingerprints hostkey schlussel clave chiave sleutel klucz klic pubkey keyfile \
        authorized_keys known_hosts identityfile hostkeyalias",
    ),
    (Cue::Compound, COMPOUNDS),
    (Cue::Jump, "jump bastion jumphost proxyjump jumpbox"),
    (
        Cue::Known,
        "core root ubuntu ec2-user admin centos debian fedora rocky almalinux azureuser opc cloud-user vagrant \
        hadoop pi runner jovyan bitnami alpine cyclecloud batchadm student guest administrator devuser ec2user nimbix",
    ),
    (Cue::Word, ENGLISH_WORDS),
];

const ENGLISH_USER_NAMES: &str = "username usernames loginname userlogin loginid accountname useraccount osuser sshuser \
    adminuser adminusername linuxuser loginuser";
const FOREIGN_USER_NAMES: &str = "benutzername benutzernamen benutzerkennung anmeldename nutzername loginnaam gebruikersnaam \
    ユーザー名 ユーザ名 ログイン名 사용자명 아이디 用户名 用戶名 使用者名稱 使用者名称 登录名 登錄名 账号名 uzivatelskejmeno kullaniciadi nomeutente";
const ENGLISH_CONNECT: &str = "dial hop entered lets entrar entrare entrer ouverture connect connects connecting connected connection reach reached reachable access accessed \
    accessible contacted connectable communicator authenticating attach attached";
const ENGLISH_READY: &str = "ready live granted available up running started launched created provisioned active online booted details \
    assigned allocated deployed configured bereit pret listo pronto gereed gotowy pripraven hazir allocating \
    信息 情報 정보 準備完了";
const ENGLISH_FUNCTION: &str = "the an this that these those its it you we they he she been being was were would can \
    could shall should may might must has have had did does not but now currently please then than so also just only here \
    there who which what where how all any each every both new same other set chosen needed need given following \
    below above shown see enter typed open run paste s t ll re m successfully \
    automatically remote default simply directly ";
const FOREIGN_LICENCES: &str = "license licence licenses licences licensing licensed lic flex flexlm flexnet lmgrd rlm lm fnp \
    lizenz lizenzserver licencia licenza licentie licencja lisans ライセンス 라이선스 许可证 授權 lmstat sentinel";
const FOREIGN_NETWORK: &str = "proxy proxies squid nat vpn wireguard openvpn ipsec wg wg0 tailscale nameserver \
    nameservers resolver resolv dhcp ntp chrony router firewall netmask cidr whitelist \
    allowlist blacklist blocklist balancer loadbalancer haproxy nginx cdn upstream vpc peering \
    passerelle puerta";
const FOREIGN_DATA: &str = "database databases mysql mysqld postgres postgresql psql mariadb redis redis-cli mongo mongodb \
    sql jdbc odbc dbname sslmode sqlcmd sqlite oracle registry repo repository mirror nfs smb cifs samba lustre gluster beegfs \
    gpfs s3 minio ftp ftps ldap ldaps kerberos radius mount mountpoint datenbank \
    etcd cassandra elasticsearch memcached clickhouse snowflake neo4j lfs";
const FOREIGN_SCREENS: &str = "vnc tigervnc turbovnc realvnc rdp mstsc xrdp nomachine nx dcv guacamole x11 spice \
    telnet winrm rlogin kvm ipmi bmc idrac ilo";
const FOREIGN_OTHERS: &str = "mpirun mpiexec slots mail smtp imap email e-mail mailto webhook mqtt broker amqp rabbitmq kafka zookeeper influxdb \
    grafana prometheus kibana jupyter tensorboard paraview pvserver syslog syslogd rsyslog fluentd logstash graylog splunk \
    github gitlab svn slurmctld slurmdbd \
    zabbix nagios icinga ganglia printer tracker dask ray spark \
    mlflow wandb statsd collectd telegraf opc-ua opcua modbus sensor camera ident \
    ";
const EVENTS: &str = "logged audit auditd accepted submitted submit submits disconnected ban banned unban \
    blocked blocking block request requested requests attempt attempts sudo pam cron \
    queried query tried tries attempted scanned lookup disconnecting invalid logout logouts loggedin signedin authenticated authorized \
    authorised revoked impersonated owner owned session_opened session_closed polkitd dbus \
    systemd-logind fail2ban denyhosts crowdsec whois intrusion brute probe kicked lastlog login_event visited 로그인했습니다 접속했습니다 ログインしました 已登录 登录了 zalogowal zalogowala prihlasil prihlasila ingelogd abgemeldet";
const ACTIONS: &str = "mounting mounted copying copied backing uploading uploaded upload downloading downloaded download \
    transferring transferred transfer syncing synced sync rsyncing stage staging stageout pushing pushed pulling pulled \
    sending sent reporting reported forwarding forward archiving archived exporting publishing fetching fetched collecting \
    pinging ping scanning rebooting deleting removing installing streaming replicating rotating shipping pinged notify \
    notifying posting polling checking probing resolving resolved";
const FAILURES: &str = "closed failed failure failures denied refused error errors cannot unable rejected timeout timed \
    lost reset down fehlgeschlagen echec fallo errore fout blad chyba hata nieudane nieudana nieudany fehlgeschlagene fehlgeschlagener echouee fallido fallida fallito mislukt mislukte neuspesne basarisiz 失敗 실패 失败";
const COMPOUNDS: &str = "network time times interface interfaces defined agent agents data mode story stories group groups guide \
    manual function functions limit limits quota count home directory dir environment space code password passwords \
    passwort passphrase token tokens file files list lists right rights role permission permissions policy level process \
    processes subroutine specified supplied message messages tag tags material elements input output field fields \
    parameters parameter settings preferences profile page config configuration namespace forum \
    fault passe contrasena wachtwoord haslo heslo sifre パスワード 비밀번호 密码 密碼 script scripts image images \
    model routine include cpu comment comments note notes";
const ENGLISH_WORDS: &str = "succeeded prompt welcome session mot required none null nil true false yes pending tbd todo changed added found missing \
    unknown enabled disabled n/a undefined empty waiting wait soon long well good bad first last next working \
    done finished complete completed start starts begin begins stop stopped end ends ok okay success successful valid \
    exists exist more less most after during while since because within without between about against \
    out off again always never often still yet already too very much many few some such own make made \
    makes gets got go goes going comes take takes taken give gives keep kept let say says said tell \
    tells told know known think want wants try likes used uses allow allows cause help helps change \
    changes click press choose select selected work works read write writes written edit save saved load \
    loaded one two three four five date day days hour hours minute minutes second seconds week weeks month year today \
    tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january february march april june july \
    august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep oct nov dec am \
    pm utc gmt info debug notice warn warning warnings trace fatal critical stdout stderr section convenience \
    experience feedback itself tests customer customers person people team normal simple \
    general special several various specific certain possible everything nothing everyone line lines \
    text value values type types kind size total average max min maximum minimum estimated queue partition memory disk \
    task tasks step steps iteration iterations runs \
    path paths folder folders nowhere somewhere hidden omitted redacted elsewhere later automatic \
    generated provided displayed printed listed sitting visible different identical nobody \
    anonymous unset masked xxx xxxx foo bar baz anyone dlc";
const OTHERS: &str = "artifact artifacts allowed api backup bind broadcast bucket cache console contact daemon dashboard db \
    deny display docker filesystem git helpdesk http https listen listening monitor \
    monitoring reverse portal rest rule rules share storage subnet support switch ui url \
    vendor web website webui worker \
    workers";
