//! Words for who logs in, and for the reader.

use super::Cue;

/// Words with their cues, in lower case and without accents. Each stands here once, whichever
/// languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[
    (
        Cue::UserName,
        "username usernames loginname userlogin loginid accountname useraccount osuser \
         sshuser adminuser adminusername linuxuser loginuser benutzername benutzernamen \
         benutzerkennung anmeldename nutzername loginnaam gebruikersnaam ユーザー名 ユーザ名 \
         ログイン名 사용자명 아이디 用户名 用戶名 使用者名稱 使用者名称 登录名 登錄名 账号名 \
         uzivatelskejmeno kullaniciadi nomeutente имяпользователя логин anvandarnamn anvandarnamnet \
         brukernavnet brugernavnet brukernavn brukernamn brugernavn kayttajatunnus kayttajanimi felhasznalonev \
         loginnavn login-name user-name ログインid ユーザーid ユーザid benutzer-id \
         uporabnisko korisnicko kasutajanimi ime tunnus ชื่อผู้ใช้ utilizatorului",
    ),
    (
        Cue::User,
        "user usr utilisateur usuario utente usuaria utilizador gebruiker uzytkownik \
         uzytkownika uzytkownikiem uzivatel uzivatele uzivatelem uzivatelske uzivatelsky \
         kullanici kullanicisiyla kullanicisi benutzer nutzer anwender ユーザー ユーザ 利用者 \
         사용자 사용자의 用户 用戶 使用者 帐户 賬戶 пользователь пользователя пользователем \
         пользователю юзер anvandare anvandaren bruker brukeren bruger kayttaja felhasznalo \
         utilizator користувач χρηστης usuarios utenti utilisateurs gebruikers uporabnik \
         uporabnika korisnik korisnika потребител vartotojas lietotajs kasutaja pengguna \
         χρηστησ brukaren dung mtumiaji utilizatorul ผู้ใช้ משתמש המשתמש المستخدم مستخدم उपयोगकर्ता \
         उपयोक्ता",
    ),
    (
        Cue::Account,
        "kennung credentials account acct konto kontos compte cuenta conta hesap accountnaam \
         rekening identifiant identifiants アカウント 계정 账号 帳號 账户 帐号 帳戶 賬號 учетная запись \
         аккаунт hesabi hesabiniz nutzerkonto zugangsdaten anmeldedaten logindaten credenciales credenziali inloggegevens benutzerkonto zugangskennung khoan akun บัญชี \
         חשבון الحساب खाता",
    ),
    (
        Cue::Login,
        "anmeldung sign-in log-in sign-on log-on login logon signin anmelde inlog giris \
         ログイン 로그인 접속 登录 登錄 登陆 登入 prihlasovaci zugangs",
    ),
    (
        Cue::Name,
        "name namen names named called nom nombre nome naam nazwa jmeno adi isim bezeichnung 名 \
         名前 이름 名称 名稱 名字 имя namn navn nimi nev identificador nama numele adiyla adini اسم שם",
    ),
    (Cue::Id, "id ids identifier number no nr num nummer numero numer cislo"),
    (
        Cue::Your,
        "your yours tua tuoi vostra tvoje my mein dein ihr ihre ihren votre tu vostro tuo uw jouw twoj vas vase あなた 您 \
         你 ваш ваша ваше ваши вашего sus suo sua seu deine deinen vos uwe twoja twoje sizin anda \
         שלך คุณ आपका आपकी आपके",
    ),
    (
        Cue::Known,
        "core root ubuntu ec2-user admin centos debian fedora rocky almalinux azureuser opc \
         cloud-user vagrant hadoop pi runner jovyan bitnami alpine cyclecloud batchadm \
         student guest administrator devuser ec2user nimbix",
    ),
];
