//! More of the vocabulary: Russian, the Nordic languages, and words of the other languages for
//! copies, events and services.

use super::Cue;

/// Words by their cue, as in [`super::words::WORDS`].
pub(super) const MORE: &[(Cue, &str)] = &[
    (
        Cue::User,
        "пользователь пользователя пользователем \
        пользователю юзер anvandare anvandaren bruker brukeren bruger kayttaja \
        felhasznalo utilizator користувач χρηστης usuarios utenti utilisateurs \
        gebruikers uporabnik uporabnika korisnik korisnika потребител користувач vartotojas lietotajs kasutaja pengguna χρηστησ uzivatele brukaren",
    ),
    (
        Cue::UserName,
        "имяпользователя логин anvandarnamn brukernavn brukernamn brugernavn \
        kayttajatunnus kayttajanimi felhasznalonev loginnavn login-name user-name ログインid \
        ユーザーid ユーザid benutzer-id uporabnisko korisnicko kasutajanimi ime",
    ),
    (
        Cue::Account,
        "учетная запись аккаунт hesabi hesabiniz nutzerkonto benutzerkonto \
       zugangskennung",
    ),
    (
        Cue::Host,
        "адреса адресою адрес адресу хост хоста ip-адрес naslov adresa-ip διευθυνση adress adresse-ip adressen-ip osoite \
        cim vardadress vertsnavn internetadresse ip-adresse ip-adres servername serveradresse",
    ),
    (
        Cue::Machine,
        "сервер сервера серверу серверe узел узла узлу машина \
        машине maskin maskinen servern noden nod gep palvelin solmu клиенту streznik streznika posluzitelj posluzitelja kiszolgalo сървър вузол вузла нод serveris serveri server-ul gazda κομβος κομβο κομβου διακομιστης διακομιστη",
    ),
    (
        Cue::Main,
        "inlogningsnod inloggningsnod головной главный главного controlador \
        huvudnod hauptrechnerknotenrechner anmeldeknoten anmelderechner anmeldeserver \
        loginknoten einwahlknoten einwahlrechner frontal frontaux acesso",
    ),
    (
        Cue::Public,
        "публичный публичного внешний внешнего белый offentlig \
        publik julkinen nyilvanos",
    ),
    (Cue::Private, "внутренний внутреннего privaten interni"),
    (Cue::Port, "порт порту порта portti portnummer vrata prikljucek θυρα cong"),
    (
        Cue::Connect,
        "prijava prijavite prijavi spajanje spojite conectare conectati συνδεση συνδεθειτε увійти увійдіть підключитися підключення вхід влизане влезте prisijungti pieslegties войти входа вход войдите подключитесь подключиться \
        подключения подключение доступ logga inloggning innlogging kirjaudu \
        bejelentkezes belepes logowania logowanie connecte-toi connexion connexions accesso inicio prihlaseni \
        einwahl entre acesse acessar ligue-se conecta-se inlogt ingelogd-worden \
        aanloggen collegarsi collegati collegatevi accedere entra entrate verbindet pripojit prihlasit \
        logujte zalogowac polaczyc baglanmak erisim erisin erisebilirsiniz erisebilir 入って \
        お入りください つないで 接続できます アクセス 연결하세요 \
        접속하세요 进入 连到 连入",
    ),
    (Cue::As, "как som kuten mint"),
    (Cue::With, "med со с под mukaan"),
    (Cue::At, "em nos nas till pa vid til hos"),
    (Cue::Of, "для ditt din"),
    (Cue::Is, "är ar"),
    (
        Cue::Your,
        "ваш ваша ваше ваши вашего sus suo sua seu deine deinen vos uwe twoja twoje \
        sizin",
    ),
    (
        Cue::From,
        "客户端 客戶端 接続元 klienta klient clientes cliente zdalny откуда клиента \
        клиент iz source_ip src_ip src_addr clientaddr client-ip 来源 來源 发送方 발신 \
        접속지 kunden-ip istemci kaynak orig_h",
    ),
    (
        Cue::Event,
        "allowusers denyusers allowgroups denygroups debug1 debug2 debug3 kex история history \
        提交 提交者 提交用户 监查 監査 审计 審計 감사 登出 ログアウト 遮断 \
        試行 거부 로그아웃 eingeloggt eingereicht anmeldeversuch abgelehnt gesperrt soumis \
        soumise refusee bloque bloquee deconnecte enviado enviada rechazado bloqueado inviato bloccato \
        respinto ingediend geblokkeerd zlecono zlecajacy zgloszono odrzucone odrzucono zablokowano \
        odeslano zamitnuto zablokovano reddedildi engellendi gonderen gonderildi вошел вошла \
        вышел отклонено заблокирован inloggad utloggad avvisad",
    ),
    (
        Cue::Action,
        "wysylanie wysylam wysylka wyslano pobieranie pobrano kopiowanie skopiowano przesylanie przeslano \
        kopia kopie geholt holen hole geschickt schicken gesendet senden sende hochgeladen hochladen \
        ubertragen ubertragung kopieren kopiert kopiere gesichert sicherung sichere archiviert abholung \
        abgeholt ausgelagert recuperation recuperer recupere envoi envoye envoyee envoyer transfert \
        transfere televersement telechargement copier copiee sauvegarde archivage sauvegarder subiendo \
        subida bajando descargando descarga enviando envio copiando copiados copiadas copiado copiada \
        transfiriendo transferencia respaldo guardando archivando invio inviando caricamento caricati \
        scaricamento scaricati copiati trasferimento salvataggio enviados enviadas baixando transferindo \
        verzenden verzonden ophalen opgehaald gekopieerd gekopieerde overzetten back-up odesilani \
        odeslani stahovani stazeno kopirovani zkopirovano zalohovani zaloha aktariliyor aktarildi \
        kopyalaniyor kopyalandi yukleniyor yuklendi indiriliyor indirildi yedekleme yedek 転送 送信 \
        受信 取得 アップロード ダウンロード コピー バックアップ 保存 전송 \
        업로드 다운로드 복사 백업 上传 下载 传输 拷贝 复制 备份 上傳 下載 \
        傳輸 備份 复制到 отправка отправлено загрузка \
        загружено копирование скопировано передача \
        резервное выгрузка skickar skickas hamtas hamtar kopierar sakerhetskopia sender \
        hentes",
    ),
    (
        Cue::Failure,
        "неудачно ошибка отказано отказ misslyckades feilet epaonnistui \
        odmitnuto odmowa odrzucony verweigert abgewiesen fehler erreur refus rechazada negado negato \
        geweigerd zamitnuta 拒否 エラー 오류 错误 錯誤 拒绝 拒絕",
    ),
    (
        Cue::Gone,
        "verworfen geloescht freigegeben libere liberee liberes liberados liberado rilasciato vrijgegeven \
        zwolniono zwolniony uvolneno serbest 解放 終了しました 释放 удален \
        удалена остановлен raderad",
    ),
    (
        Cue::Example,
        "instance-of beispielsweise esempi ejemplos exemples пример например esimerkki \
        exempel eksempel 例 例えば 예 예시 例如 示例 範例 made-up fictitious fictional \
        fixture fixtures mock testcase unittest doctest",
    ),
    (
        Cue::Ready,
        "готовий запущено pripravljen pripravljena spreman spremna ετοιμος ετοιμη keszen elindult pornit готов готова готово запущен запущена klar startad klaar \
        uruchomione uruchomiony spusten hazirdir",
    ),
    (Cue::Job, "задание задача задания задачи jobb uppdrag"),
    (Cue::Cluster, "кластер кластера kluster klastr klaster klastra clustern"),
    (Cue::Name, "имя namn navn nimi nev identificador"),
    (
        Cue::Foreign,
        "master_addr master_port nccl torchrun world_size rendezvous barman pgbackrest restic borg \
        fileserver dateiserver fileservers timeserver zeitserver mailserver mailrelais mandataire jetons \
        token-server lizenzmanager lizenzhost fichiers ficheros archivos lizenzen licencji licencje \
        licencias datenbanken plikow souboru dosya ファイルサーバー 文件服务器 파일서버 \
        файловый прокси лицензий лицензии почты zfs rclone wget curl",
    ),
    (Cue::Key, "identity identities"),
    (Cue::Login, "prihlasovaci zugangs"),
    (Cue::Event, "요청자 의뢰자 申請者 依頼者 투입자 제출자 submitter"),
    (Cue::Foreign, "connector exporter importer uploader downloader fetcher"),
    (
        Cue::Event,
        "useradd adduser usermod groupadd proxying impersonating handshake zalogowany conectado \
        conectada collegato collegata logde 로그인함 로그인되었습니다",
    ),
    (
        Cue::Action,
        "adding creating probes healthcheck heartbeat mirroring exporting2 importing committing",
    ),
    (
        Cue::Foreign,
        "proxied tunneling rdesktop replication replica standby webdav dav kdc \
        tacacs sso oauth saml idp pgbouncer solr rabbit nexus artifactory harbor jenkins sonarqube \
        vault consul tftp pxe dhcpd bind9 unbound relay mailer postfix dovecot exim \
        asterisk sip ipp cups",
    ),
    (Cue::Example, "defaults stub"),
    (Cue::As, "tant"),
    (Cue::Function, "que vous nous"),
    (Cue::Foreign, "whitelisted allowlisted blacklisted blocklisted pid rank ranks"),
    (Cue::From, "x-user x-forwarded-for x-real-ip x-forwarded-user"),
    (
        Cue::Event,
        "executed tentativas tentativa bloqueadas bloqueados tentativi versuche versuch pokusy proby pogingen denemesi essais tentatives intentos",
    ),
    (Cue::Gone, "reprise repris restituee retiree recuperata ritirata retirada retirado"),
    (Cue::Foreign, "irods iget iput"),
    (Cue::Example, "motd"),
];
