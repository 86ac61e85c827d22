//! Words for events, for what jobs do, for failures, for what is gone, and for examples.

use super::Cue;

/// Words with their cues, in lower case and without accents. Each stands here once, whichever
/// languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[
    (
        Cue::Event,
        "billing invoice logged audit auditd accepted submitted submit submits disconnected ban banned unban \
         blocked blocking block request requested requests attempt attempts sudo pam cron \
         queried query tried tries attempted scanned lookup disconnecting invalid logout \
         logouts loggedin signedin authenticated authorized authorised revoked impersonated \
         owner owned session_opened session_closed polkitd dbus systemd-logind fail2ban \
         denyhosts crowdsec whois intrusion brute probe kicked lastlog login_event visited \
         로그인했습니다 접속했습니다 ログインしました 已登录 登录了 zalogowal zalogowala \
         prihlasil prihlasila ingelogd abgemeldet allowusers denyusers allowgroups denygroups \
         debug1 debug2 debug3 kex история history 提交 提交者 提交用户 监查 監査 审计 審計 \
         감사 登出 ログアウト 遮断 試行 거부 로그아웃 eingeloggt eingereicht anmeldeversuch \
         abgelehnt gesperrt soumis soumise refusee bloque bloquee deconnecte enviado enviada \
         rechazado bloqueado inviato bloccato respinto ingediend geblokkeerd zlecono \
         zlecajacy zgloszono odrzucone odrzucono zablokowano zablokowane zablokowana zablokowany odeslano zamitnuto zablokovano \
         reddedildi engellendi gonderen gonderildi вошел вошла вышел отклонено заблокирован \
         inloggad utloggad avvisad 요청자 의뢰자 申請者 依頼者 투입자 제출자 제출 투입 투입원 submitter \
         useradd adduser usermod groupadd proxying impersonating handshake zalogowany \
         auditoria audyt revisione conectado conectada collegato collegata logde 로그인함 로그인되었습니다 executed \
         tentativas tentativa bloqueadas bloqueados tentativi versuche versuch pokusy proby \
         pogingen denemesi zgloszenie zgloszenia rendered detected wykryto erkannt detectado rilevato essais tentatives intentos",
    ),
    (
        Cue::EventKey,
        "event action actor activity operation verb method useragent referer referrer \
         eventtype",
    ),
    (
        Cue::Action,
        "mounting mounted copying copied backing uploading uploaded upload downloading \
         downloaded download transferring transferred transfer syncing synced sync rsyncing \
         stage staging stageout pushing pushed pulling pulled sending sent delivering reporting reported \
         forwarding forward archiving archived exporting publishing fetching fetched \
         collecting pinging ping scanning rebooting deleting removing installing streaming \
         replicating rotating shipping pinged notifying posting polling checking \
         probing resolving resolved wysylanie wysylam wysylka wyslano wyslane wyslany wyslana pobieranie pobrano \
         kopiowanie skopiowano przesylanie przeslano kopia kopie geholt holen hole geschickt \
         schicken zugeschickt zugesandt zugesendet verschickt gemailt gesendet senden sende hochgeladen hochladen ubertragen ubertragung uebertragen uebertragung kopieren \
         kopiert kopiere gesichert sicherung sichere archiviert abholung abgeholt ausgelagert \
         recuperation recuperer recupere envoi envoye envoyes envoyee envoyees envoyer transfert transfere \
         televersement telechargement copier copiee sauvegarde archivage sauvegarder subiendo \
         subida bajando descargando descarga enviando envio copiando copiados copiadas \
         copiado copiada transfiriendo transferencia respaldo guardando archivando invio inviata inviati inviate \
         inviando caricamento caricati scaricamento scaricati copiati trasferimento \
         salvataggio enviados enviadas baixando transferindo verzenden verzonden gestuurd toegestuurd verstuurd ophalen \
         opgehaald gekopieerd gekopieerde overzetten back-up odesilani odeslani odeslan odeslany zaslany zaslan stahovani \
         stazeno kopirovani zkopirovano zalohovani zaloha aktariliyor aktarildi kopyalaniyor \
         kopyalandi yukleniyor yuklendi indiriliyor indirildi yedekleme yedek 転送 送信 受信 \
         取得 アップロード ダウンロード コピー バックアップ 保存 전송 업로드 다운로드 복사 \
         백업 上传 下载 传输 拷贝 复制 备份 上傳 下載 傳輸 備份 复制到 отправка отправлено \
         загрузка загружено копирование скопировано передача резервное выгрузка skickar \
         skickas hamtas hamtar kopierar sakerhetskopia sender hentes adding creating probes \
         healthcheck heartbeat mirroring exporting2 importing committing",
    ),
    (
        Cue::Failure,
        "ferme fermee recusada recusado falhou rifiutata rifiutato chiuso chiusa cerrado \
         cerrada denegado denegada geschlossen closed failed failure failures denied refused error errors cannot unable rejected \
         deprecated obsolete outdated timeout timed lost reset down fehlgeschlagen echec fallo errore fout blad chyba hata \
         nieudanych nieudanymi nieudane nieudana nieudany fehlgeschlagene fehlgeschlagener echouee fallido fallida \
         fallito mislukt mislukte neuspesne basarisiz 失敗 실패 失败 неудачно ошибка отказано \
         отказ misslyckades feilet epaonnistui odmitnuto odmowa odrzucony verweigert \
         abgewiesen fehler erreur refus rechazada negado negato geweigerd zamitnuta 拒否 \
         エラー 오류 错误 錯誤 拒绝 拒絕",
    ),
    (
        Cue::Gone,
        "storniert annulliert annule annulee avbokad terminate terminating destroying destroyed deleted removed cancelled canceled preempted terminated unreachable gone \
         released reclaimed deallocated evicted wiped destruido destruida destruidos \
         encerrado encerrada desligado desligada cancelado cancelada cancelados apagado \
         apagada apagados spento spenta cancellato cancellata cancellati arrete arretee \
         resilie abgeschaltet abgebaut zuruckgegeben opgeheven uitgeschakeld zatrzymano \
         wylaczono zrusen zrusena zrusilo vypnut sonlandirildi kapatildi silinmistir 종료되어 \
         종료되었습니다 반납되었습니다 반납되었 반납 삭제되었 停止しました 削除されました \
         返却 已关机 已回收 已销毁 已停止 回收 销毁 geloscht beendet zerstort supprime \
         supprimee detruit detruite eliminado eliminada eliminato distrutto verwijderd \
         removida removido rimossa rimosso entfernt usuniety usunieta smazan silindi \
         kaldirildi 削除 삭제됨 已删除 已释放 verworfen geloescht freigegeben libere liberee \
         liberes liberados liberado rilasciato vrijgegeven zwolniono zwolniony zwolniona zwolnione usuniete zatrzymana zatrzymany uvolneno \
         serbest 解放 終了しました 释放 удален удалена остановлен raderad reprise repris \
         restituee resiliee resilies efface effacee eteint eteinte borrado \
         borrada revocada desligadas stopgezet gewist decommissioned stillgelegt abgeloscht отключен отключён \
         удалён выключен wylaczony wylaczona skasowany skasowana spente cancellate slukket \
         avstangd xoa huy closed-down dihapus dimatikan sters stearsa oprit retiree recuperata ritirata retirada retirado",
    ),
    (
        Cue::Example,
        "example examples usage eg e.g e.g. sample placeholder pretend dry-run template dummy synopsis \
         beispiel exemple ejemplo esempio exemplo voorbeeld przyklad priklad ornek zb \
         documentation docs readme tutorial hypothetical syntax instance-of beispielsweise \
         esempi ejemplos exemples пример например esimerkki exempel eksempel 例 例えば 예 \
         예시 例如 示例 範例 made-up fictitious fictional fixture fixtures mock testcase \
         unittest doctest defaults stub motd illustration illustrations illustrative imaginary invented \
         erfunden ausgedacht fittizio ficticio ficticia fictif inventado inventato",
    ),
];
