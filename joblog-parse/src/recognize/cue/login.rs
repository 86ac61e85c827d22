//! Words for how users log in, and the small words that tie a value to its noun.

use super::Cue;

/// Words with their cues, in lower case and without accents. Each stands here once, whichever
/// languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[
    (
        Cue::Connect,
        "acces acceso logg logge zugriff prihlasis prihlasite zalogujesz wejdziesz polaczysz accede accedez ingresa ingrese \
         ingresar conectarte conectarse conecte-se dial hop entered lets entrar entrare entrer ouverture connect connects connecting \
         connected connection reach reached reachable access accessed accessible contacted \
         connectable communicator authenticating attach attached erreichen baglanabilirsiniz \
         baglanabilir verbinden verbinde verbindung einloggen anmelden melden erreichbar \
         connectez connecter conectar conectese conecte connettersi connetti conecta verbind \
         verbinding inloggen polacz zaloguj pripojte pripojeni prihlaste baglanin baglan \
         baglanti joignable alcanzable raggiungibile bereikbaar dostepny zugang acceder \
         accedi acceda 接続 接続する 연결 连接 連線 連接 prijava prijavite prijavi spajanje \
         spojite conectare conectati συνδεση συνδεθειτε увійти увійдіть підключитися \
         підключення вхід влизане влезте prisijungti pieslegties войти входа вход войдите \
         подключитесь подключиться подключения подключение доступ logga inloggning innlogging \
         kirjaudu yhteys kirjautuminen palogging inlogging bejelentkezes belepes logowania logowanie connecte-toi connexion connexions \
         accesso inicio prihlaseni einwahl entre acesse acessar ligue-se conecta-se inlogt \
         ingelogd-worden aanloggen collegarsi collegati collegatevi accedere entra entrate \
         verbindet pripojit prihlasit logujte zalogowac polaczyc baglanmak erisim erisin \
         erisebilirsiniz erisebilir 入って お入りください つないで 接続できます アクセス \
         연결하세요 접속하세요 进入 连到 连入 \
         conectati-va autentificare autentificati-va nhap noi ingia masuk sambungkan baglanmaniz \
         התחברות להתחברות התחבר כניסה للدخول الدخول للاتصال اتصل เข้าสู่ระบบ เชื่อมต่อ",
    ),
    (
        Cue::Ssh,
        "shell mosh terminal sshd secure-shell konsole ssh scp sftp putty plink winscp \
         mobaxterm openssh secureshell kitty bitvise",
    ),
    (Cue::Log, "log sign"),
    (
        Cue::Is,
        "is are be will lautet heisst ist sind est sera sont es son sono jest sa je jsou olacak \
         becomes equals reads means wird は が 은 는 이 가 为 為 是 är ar",
    ),
    (
        Cue::At,
        "through ueber via sull sulla nell nella alla over on at in to into onto under @ auf am bei \
         unter im sur a au aux en al su nel op aan na w do te ve v ke uzerinde にて に で へ \
         에서 에 로 으로 在 到 至 于 em nos nas till pa vid til hos",
    ),
    (
        Cue::As,
        "as als comme como come jako olarak sebagai ca として 로서 以 作为 作為 как som kuten mint tant",
    ),
    (
        Cue::With,
        "with using use cu dengan bang mit avec con com met z ze se ile を使用 使用 通过 透過 med со с под \
         mukaan",
    ),
    (
        Cue::Of,
        "of fuer for untuk cho pentru du des de del della dello dell da dos das van voor fur pour para per dla pro \
         icin の 的 의 der dem den die l d для ditt din",
    ),
    (Cue::And, "och og and or und oder et ou y o e ed oraz i と および 및 和 或 与 與"),
    (
        Cue::Function,
        "the an this that these those its it you we they he she been being was were would can \
         could shall should may might must has have had did does not but now currently please \
         then than so also just only here there who which what where how all any each every \
         both new same other set chosen needed need given following below above shown see \
         enter typed open run paste s t ll re m por uber successfully automatically remote default \
         simply directly diesen dieser diese dieses cette ce cet este esta questo questa deze \
         dit tego tento tato bu この です ます ください 請 请 그 입니다 le la les el los las \
         silakan il lo gli un une una uno ein eine einen het een sie sich que vous nous",
    ),
    (
        Cue::Ready,
        "ready live granted replacement available up running started launched created provisioned active \
         online booted details assigned allocated deployed configured bereit pret listo \
         pronto gereed gotowy pripraven hazir allocating 信息 情報 정보 準備完了 готовий \
         запущено pripravljen pripravljena spreman spremna ετοιμος ετοιμη keszen elindult \
         pornit готов готова готово запущен запущена klar startad klaar uruchomione \
         uruchomiony spusten hazirdir sang siap gata acildi \
         מוכן מוכנה جاهز جاهزة तैयार พร้อม พร้อมใช้งาน พร้อมใช้งานแล้ว delivered",
    ),
    (Cue::Conditional, "if when unless until once whenever before wenn falls si cuando jesli kdyz"),
    (Cue::Look, "look looks something anything"),
    (Cue::Like, "like"),
];
